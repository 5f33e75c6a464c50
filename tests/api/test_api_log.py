"""The log as any tlog-tiles client reads it."""

from starlette.testclient import TestClient

from ledger.entry.entry import leaf_hash, parse_entry
from ledger.entry.genesis import parse_genesis
from ledger.tlog.checkpoint import open_checkpoint
from ledger.tlog.note import parse_vkey
from ledger.tlog.proof import tree_root
from ledger.tlog.tile import TileHashReader, TileId
from ledger.tlog.tlogproof import parse_tlog_proof, verify_tlog_proof


def test_a_stranger_recomputes_the_root_from_the_tiles(demo: TestClient) -> None:
    verifier = parse_vkey(demo.get("/log/vkey").text.strip())
    point, _ = open_checkpoint(demo.get("/log/checkpoint").content, [verifier])

    def tile(wanted: TileId) -> bytes:
        answer = demo.get(f"/log/{wanted.path()}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        return answer.content

    assert tree_root(TileHashReader(point.size, tile), point.size) == point.root


def test_the_genesis_names_the_key_that_signs(demo: TestClient) -> None:
    answer = demo.get("/log/genesis")
    genesis = parse_genesis(parse_entry(answer.content))
    assert genesis.vkey == demo.get("/log/vkey").text.strip()


def test_an_entry_and_its_proof_verify_together(demo: TestClient, size: int) -> None:
    verifier = parse_vkey(demo.get("/log/vkey").text.strip())
    for index in (0, 1, 255, 256, size - 1):
        shown = demo.get(f"/api/v1/entries/{index}").json()
        leaf = leaf_hash(f"{shown['recorded_at']} {shown['jws']}".encode())
        assert leaf.hex() == shown["leaf"]
        proof = parse_tlog_proof(demo.get(f"/api/v1/entries/{index}.tlog-proof").content)
        assert verify_tlog_proof(proof, leaf, [verifier]).size == size


def test_what_the_reader_has_is_not_sent_again(demo: TestClient) -> None:
    for path in ("/log/checkpoint", "/api/v1/register", "/api/v1/entries/3", "/feed.atom"):
        first = demo.get(path)
        again = demo.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = demo.get(path, headers={"If-None-Match": '"something-else"'})
        assert other.status_code == 200


def test_large_answers_are_compressed(demo: TestClient) -> None:
    answer = demo.get("/api/v1/register", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.content) / 4
