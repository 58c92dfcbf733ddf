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

  /// Returns the first digits of the digest of `text`, in lower-case hex; all 64 unless fewer are asked for.
  static func hexDigest(of text: TextBuffer, digits: Int = 64) -> String {
    let hash = SHA256()
    for part in text.parts { hash.update(part[...]) }
    return hash.hexDigest(digits: digits)
  }

  /// Adds bytes. O(bytes).
  public func update(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { bytes in
      precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "SHA-256 took no bytes")
    }
  }

  /// Returns the first digits of the digest of all bytes added, in lower-case hex; nothing can be added after that.
  public func hexDigest(digits: Int = 64) -> String {
    precondition((0...64).contains(digits), "a digest does not have \(digits) digits")
    var digest = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1, "SHA-256 gave no digest")
    return String(unsafeUninitializedCapacity: digits) { text in
      for place in 0..<digits {
        let digit = place & 1 == 0 ? digest[place / 2] >> 4 : digest[place / 2] & 15
        text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      }
      return digits
    }
  }
}
