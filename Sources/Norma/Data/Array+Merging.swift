extension Array {
  /// Merges two arrays that are in order; of elements that are alike, those of `other` come last. O(n).
  func merged(with other: [Element], by areInOrder: (Element, Element) -> Bool) -> [Element] {
    if isEmpty || other.isEmpty { return isEmpty ? other : self }
    var merged: [Element] = []
    merged.reserveCapacity(count + other.count)
    var next = 0
    for element in other {
      while next < count, !areInOrder(element, self[next]) {
        merged.append(self[next])
        next += 1
      }
      merged.append(element)
    }
    return merged + self[next...]
  }
}
