package import FoundationEssentials

extension Ledger {
    /// Notes for `status` that collecting has failed, and since when. The error is what counts: where its note cannot be
    /// written, it is still told.
    package func noteFailure(_ error: any Error, at moment: Date) async {
        try? await note(.lastError, "\(error)")
        if (try? await note(.failingSince)) == nil {
            try? await note(.failingSince, GraphTime.text(moment))
        }
    }
}
