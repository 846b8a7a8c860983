import Sealing

// Expectations can't hold a span themselves, so these take arrays.

func hash256(_ bytes: [UInt8]) -> Hash256? { Hash256(bytes.span) }

func hash128(_ bytes: [UInt8]) -> Hash128? { Hash128(bytes.span) }

func publicKey(_ bytes: [UInt8]) -> PublicKey? { PublicKey(bytes.span) }

func signingKey(seed: [UInt8]) -> SigningKey? { SigningKey(seed: seed.span) }
