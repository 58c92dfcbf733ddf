internal import CCrypto

/// The hash function SHA-256 of FIPS 180-4, fed piece by piece.
public final class SHA256 {
  private let context: OpaquePointer

  /// Looked up once: the library would do so for every digest.
  nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

  /// Creates the hash of nothing, to be added to.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, Self.algorithm, nil) == 1 else {
      preconditionFailure("the cryptographic library has no SHA-256")
    }
    self.context = context
  }

  deinit {
    EVP_MD_CTX_free(context)
  }

  /// Returns the digest of `text` in UTF-8, as 64 lower-case hex digits.
  public static func hexDigest(of text: String) -> String {
    let hash = SHA256()
    hash.update(Array(text.utf8)[...])
    return hash.hexDigest()
  }

  /// Adds bytes. O(bytes).
  public func update(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { bytes in
      precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "SHA-256 took no bytes")
    }
  }

  /// Returns the digest of all bytes added, as 64 lower-case hex digits; nothing can be added after that.
  public func hexDigest() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1, "SHA-256 gave no digest")
    return String(unsafeUninitializedCapacity: 64) { text in
      for (place, byte) in digest.enumerated() {
        for (half, digit) in [byte >> 4, byte & 15].enumerated() {
          text[place * 2 + half] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
      }
      return 64
    }
  }
}
