/// Which release the programs of this package are: the only place that says it.
package enum Release {
    /// Semantic; the Debian package's version, too.
    package static let version = "0.1.0"
    /// When it was made, as manual pages show it: year, month, day.
    package static let date = (year: 2026, month: 11, day: 23)
}
