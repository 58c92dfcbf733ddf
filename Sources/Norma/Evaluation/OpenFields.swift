/// The fields on which the rows of a batch hang that are open.
struct OpenFields {
  private(set) var rows: [Int: Bitmap] = [:]

  var isEmpty: Bool { rows.isEmpty }

  fileprivate mutating func add(_ field: Int, _ found: Bitmap) {
    if found.isEmpty { return }
    rows[field] = rows[field].map { $0 | found } ?? found
  }

  /// Adds the rows whose cells of a field are open themselves.
  mutating func add(_ field: Int, of batch: Batch) {
    guard batch.positions[field] != nil else { return }
    add(field, batch.column(ofField: field).openRows)
  }
}

extension ColumnarExpression {
  /// Notes on which fields those of some rows hang for which a condition is unknown: what decides it in spite of an open cell
  /// takes that cell out, as in the reference interpreter. O(rows × nodes).
  func trace(_ kernel: Kernel, _ rows: Bitmap, _ batch: Batch, _ constants: Constants, _ open: inout OpenFields) {
    let unknown = truth(kernel, batch, constants).unknown(among: rows)
    if !unknown.isEmpty { trace(kernel, unknown: unknown, batch, constants, &open) }
  }

  /// The same for rows for which it is unknown, all of them.
  func trace(
    _ kernel: Kernel, unknown rows: Bitmap, _ batch: Batch, _ constants: Constants, _ open: inout OpenFields
  ) {
    switch kernel {
    case .truth: break
    case .field(let field): open.add(field, rows & batch.column(ofField: field).openRows)
    case .all(let kernels), .any(let kernels):
      for kernel in kernels { trace(kernel, rows, batch, constants, &open) }
    case .not(let kernel), .shared(_, let kernel): trace(kernel, unknown: rows, batch, constants, &open)
    case .compare(_, let left, let right):
      trace(left, rows, batch, constants, &open)
      trace(right, rows, batch, constants, &open)
    // The condition is unknown where the value is.
    case .isNull(.distinct(_, let field)), .distinct(.distinct(_, let field)):
      open.add(field, rows & batch.column(ofField: field).openRows)
    case .isNull(let value), .distinct(let value): trace(value, rows, batch, constants, &open)
    case .ordered(let values):
      let rest = traceEntries(values, rows, batch, constants, &open)
      for value in values { trace(value, rest, batch, constants, &open) }
    case .entries(let values, let kernel):
      trace(kernel, traceEntries(values, rows, batch, constants, &open), batch, constants, &open)
    case .member, .related, .interpreted:
      preconditionFailure("a condition that is run row by row was traced by columns")
    }
  }

  /// The same for a value; what isn't known of it hangs on the open cells that it is made of.
  func trace(_ kernel: ValueKernel, _ rows: Bitmap, _ batch: Batch, _ constants: Constants, _ open: inout OpenFields) {
    switch kernel {
    case .constant: break
    case .field(let field): open.add(field, rows & batch.column(ofField: field).openRows)
    case .distinct(_, let field):
      // What is made of an open cell may be known all the same.
      let openRows = rows & batch.column(ofField: field).openRows
      if !openRows.isEmpty, let unknown = unknown([kernel], batch, constants) { open.add(field, openRows & unknown) }
    case .count(let entries, let kernels):
      let rest = traceEntries(entries, rows, batch, constants, &open)
      for kernel in kernels { trace(kernel, rest, batch, constants, &open) }
    case .pair(_, let left, let right):
      trace(left, rows, batch, constants, &open)
      trace(right, rows, batch, constants, &open)
    case .referenced, .related: preconditionFailure("a value that hangs on other rows was traced by columns")
    }
  }

  /// Notes which entries of a list leave it open, and returns the rows for which none does.
  private func traceEntries(
    _ entries: [ValueKernel], _ rows: Bitmap, _ batch: Batch, _ constants: Constants, _ open: inout OpenFields
  ) -> Bitmap {
    var rest = rows
    for entry in entries {
      guard let unknown = unknown([entry], batch, constants) else { continue }
      trace(entry, rows & unknown, batch, constants, &open)
      rest.subtract(unknown)
    }
    return rest
  }
}
