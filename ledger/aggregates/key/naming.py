"""What keys and their members are called."""

from ledger.kernel.naming import Name, Naming

NAMING = Naming(
    zh="密钥",
    en="Key",
    about="Signing keys",
    members={
        "custody": Name("密钥由谁保管", "Who keeps the key"),
        "enrolled": Name("登记日", "Enrolled"),
        "iat": Name("签名时间", "Signed at"),
        "kid": Name("密钥指纹", "Thumbprint"),
        "public_key": Name("公钥", "Public key"),
        "revocations": Name("吊销提议", "Revocations proposed"),
        "revoked": Name("已吊销", "Revoked"),
        "since": Name("自何时起", "Since"),
        "successor": Name("后继密钥", "Successor"),
    },
    prompts={
        "since": Name("自何时起", "Since when"),
    },
)
