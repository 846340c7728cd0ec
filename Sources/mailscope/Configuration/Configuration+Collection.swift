import MailscopeKit

extension Configuration {
    /// What the collector is told.
    var collection: CollectionSettings {
        var settings = CollectionSettings()
        settings.content = content
        settings.start =
            switch start {
            case .now: .now
            case .all: .all
            case .since(let date): .since(GraphTime.text(date))
            }
        settings.folder = folder ?? ""
        if content == .headers { settings.properties = headers }
        settings.pollInterval = poll
        settings.overlap = overlap
        settings.reconcileInterval = reconcile
        settings.tries = tries
        settings.lanes = limits.lanes
        return settings
    }
}
