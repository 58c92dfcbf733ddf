/// The parts of a group plan, taken apart once for the engines.
struct GroupParts {
  let filters: [PlanExpression]
  let parts: [SubjectPart]
  let placement: Placement
  /// The conditions under which a row is in the population.
  let population: [PlanExpression]
  /// What a row of the population should have; nil where every one counts.
  let having: PlanExpression?
  /// The date field of which the first day is wanted.
  let dayField: String?

  init(_ plan: GroupPlan) {
    switch plan {
    case .group(let rows, let parts, let placement, let measure):
      filters = rows.conditions
      self.parts = parts
      self.placement = placement
      switch measure {
      case .share(let population, let having):
        self.population = population.map { [$0] } ?? []
        self.having = having
        dayField = nil
      case .count(let condition):
        population = condition.map { [$0] } ?? []
        having = nil
        dayField = nil
      case .earliest(let field, let conditions):
        population = conditions
        having = nil
        dayField = field
      }
    }
  }
}
