// swift-tools-version: 6.2

import PackageDescription

// Warnings stop the build where nobody reads them, and only there: a newer compiler's new warning
// must not keep a user from building.
let strict = Context.environment["CI"] != nil

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

let package = Package(
  name: "norma",
  products: [
    .executable(name: "norma", targets: ["NormaCommand"]),
    .library(name: "Norma", targets: ["Norma"]),
    .library(name: "CEL", targets: ["CEL"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CAllocator"),
    .target(name: "CScan"),
    .target(name: "CEL", swiftSettings: settings),
    .target(name: "Norma", dependencies: ["CEL", "CYAML", "CCrypto", "CScan"], swiftSettings: settings),
    .executableTarget(
      name: "NormaCommand",
      dependencies: ["CAllocator", "Norma", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: settings),
    .testTarget(name: "CELTests", dependencies: ["CEL"], swiftSettings: settings),
    .testTarget(
      name: "NormaTests", dependencies: ["Norma", "CScan"],
      exclude: ["Fuzzing/Corpus", "Snapshots/messages.txt", "Snapshots/explanations.txt"],
      swiftSettings: settings),
    .testTarget(name: "CommandTests", dependencies: ["Norma", "NormaCommand"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
