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
    codes={
        "custody": {
            "browser": Name("在本人浏览器中", "In her own browser"),
            "custodial": Name("由服务器代管", "Kept by the server for her"),
            "device": Name("在设备上", "On a device"),
            "founder": Name("创始公钥，由谁保管未登记", "Founder's; who keeps it is not recorded"),
            "file": Name("在本人密钥文件中", "In a key file of her own"),
            "passkey": Name("通行密钥", "Passkey"),
            "token": Name("在硬件令牌中", "On a hardware token"),
        },
        "reason": {
            "lost": Name("遗失", "Lost"),
            "exposed": Name("被盗或可能泄露", "Stolen, or others may have it"),
            "replaced": Name("改用新密钥", "Another key is used instead"),
            "left": Name("离任或不再使用", "Left office, or no longer used"),
        },
    },
)
