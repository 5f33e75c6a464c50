"""Of an act that attaches a file: the file waits here, and is as the act seals it to be."""

from ledger.kernel.act import Act
from ledger.rules.attachments import blob_of
from ledger.service.acts.holding import Stated
from ledger.service.attachments.taking import claim
from ledger.service.ledger import Ledger
from ledger.store.batch import Draft


def of(act: Act) -> bool:
    """Tell whether an act attaches a file."""
    return blob_of(act) is not None


def require(ledger: Ledger, draft: Draft) -> None:
    """Read and hash the file, and keep it for the act. Raises: BlobMissing, AttachmentDiffers."""
    claim(ledger, [draft])


stated = Stated(of=of, require=require)
