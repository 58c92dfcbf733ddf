internal import CScan
internal import Glibc

/// Reads files and folders, with facts instead of error codes.
public enum FileSystem {
  /// What a path leads to.
  enum Entry {
    case file(size: Int)
    case directory
  }

  /// Returns what `path` leads to.
  static func entry(at path: String) -> Result<Entry, FileError> {
    var information = stat()
    guard stat(path, &information) == 0 else { return .failure(FileError(currentProblem())) }
    return .success(
      information.st_mode & S_IFMT == S_IFDIR ? .directory : .file(size: Int(information.st_size)))
  }

  /// Returns how many bytes a file has; nil for what is no file.
  static func size(of path: String) -> Int? {
    if case .success(.file(let size)) = entry(at: path) { size } else { nil }
  }

  /// Reads a whole file of at most `largest` bytes; nil within success where it is larger.
  static func read(_ path: String, largest: Int) -> Result<[UInt8]?, FileError> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .failure(FileError(currentProblem())) }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { return .failure(FileError(currentProblem())) }
    let kind = information.st_mode & S_IFMT
    if kind == S_IFDIR { return .failure(FileError(.isDirectory)) }
    let size = Int(information.st_size)
    if size > largest { return .success(nil) }
    var bytes: [UInt8] = []
    // A file may have no size of its own (a pipe), or grow while it is read: there is room for a byte more than there should be.
    var room = size + 1
    while true {
      var failure: FileError?
      let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        var found = 0
        repeat { found = Glibc.read(descriptor, buffer.baseAddress, room) } while found < 0 && errno == EINTR
        if found < 0 { failure = FileError(currentProblem()) }
        count = max(found, 0)
      }
      if let failure { return .failure(failure) }
      if bytes.isEmpty { bytes = part } else { bytes += part }
      if bytes.count > largest { return .success(nil) }
      if part.isEmpty || kind == S_IFREG && bytes.count == size { return .success(bytes) }
      room = 1 << 16
    }
  }

  /// Returns the paths of the rule files at `path`: itself, or for a folder all `.yaml` and `.yml` files below it in
  /// the order of their paths. Entries whose names begin with a dot are passed over, and so are files of tests.
  static func ruleFiles(at path: String) -> Result<[String], FileError> {
    yamlFiles(at: path).map { files in files.filter { $0 == path || !isTestFile($0) } }
  }

  /// Returns the paths of the files of rule tests at `path`: itself, or for a folder all below it, as
  /// ``ruleFiles(at:)`` does.
  static func testFiles(at path: String) -> Result<[String], FileError> {
    yamlFiles(at: path).map { files in files.filter(isTestFile) }
  }

  /// Whether a file holds rule tests, by the ending of its name.
  static func isTestFile(_ path: String) -> Bool {
    path.hasSuffix("_test.yaml") || path.hasSuffix("_test.yml")
  }

  private static func yamlFiles(at path: String) -> Result<[String], FileError> {
    switch entry(at: path) {
    case .failure(let error): return .failure(error)
    case .success(.file): return .success([path])
    case .success(.directory): break
    }
    guard let directory = opendir(path) else { return .failure(FileError(currentProblem())) }
    defer { closedir(directory) }
    var names: [(text: String, isFile: Bool)] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append((name, Int32(entry.pointee.d_type) == Int32(DT_REG))) }
    }
    var paths: [String] = []
    for (name, isFile) in names.sorted(by: { $0.text < $1.text }) {
      let child = path.hasSuffix("/") ? path + name : path + "/" + name
      let isRead = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
      if isFile {
        if isRead { paths.append(child) }
        continue
      }
      // Not every file system tells more than the name, and links lead anywhere.
      switch entry(at: child) {
      case .success(.directory):
        switch yamlFiles(at: child) {
        case .success(let below): paths += below
        case .failure(let error): return .failure(error)
        }
      case .success(.file): if isRead { paths.append(child) }
      case .failure: continue
      }
    }
    return .success(paths)
  }

  /// Returns `path` as seen from the folder `base`; an absolute path stays.
  public static func resolve(_ path: String, from base: String) -> String {
    if path.hasPrefix("/") || base.isEmpty || base == "." { return path }
    return shortened(base.hasSuffix("/") ? base + path : base + "/" + path)
  }

  /// Takes out each folder that `..` leaves again; a folder that is a link of the file system is taken for what it is called.
  private static func shortened(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      if part == "..", let last = parts.last, last != "..", last != "", last != "." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  /// Returns the path of what `path` leads to, without links, `.` and `..`; the path itself where it leads nowhere.
  static func realPath(of path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  /// Returns the folder part of a path, `.` where it has none.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func currentProblem() -> FileProblem {
    switch errno {
    case ENOENT, ENOTDIR: .missing
    case EACCES, EPERM: .notPermitted
    case EISDIR: .isDirectory
    default: .unreadable(String(cString: strerror(errno)))
    }
  }
}

/// A file that can't be used, as an error.
struct FileError: Error, Hashable {
  let problem: FileProblem

  init(_ problem: FileProblem) {
    self.problem = problem
  }
}

/// Reads YAML files.
enum YAMLFile {
  /// Reads a file of at most `largest` bytes; nil where it can't be used, which is reported. A file that says nothing is
  /// reported too.
  static func read(_ path: String, largest: Int, sink: DiagnosticSink) -> (SourceFile, YAMLNode)? {
    let unread = SourceLocation(file: SourceFile(path: path, text: ""), range: nil)
    switch FileSystem.read(path, largest: largest) {
    case .failure(let error):
      sink.report(.file(error.problem), at: unread)
      return nil
    case .success(nil):
      sink.report(.tooLarge(limit: largest), at: unread)
      return nil
    case .success(let bytes?):
      if let offset = firstInvalidByte(bytes) {
        sink.report(.file(.notText(byte: offset)), at: unread)
        return nil
      }
      var text = String(decoding: bytes, as: UTF8.self)
      if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
      let file = SourceFile(path: path, text: text)
      let before = sink.diagnostics.count
      if let root = YAMLParser.parse(text, file: file, sink: sink) { return (file, root) }
      if sink.diagnostics.count == before { sink.report(.emptyFile, at: unread) }
      return nil
    }
  }

  /// Returns the offset of the first byte that is no UTF-8 or is NUL, nil where all is well.
  private static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
    if let zero = bytes.firstIndex(of: 0) { return zero }
    let valid = bytes.withUnsafeBufferPointer { norma_find_invalid_utf8($0.baseAddress, $0.count) }
    return valid < bytes.count ? valid : nil
  }
}
