/// An answer that is an error: Graph's gateway and Exchange write them differently.
///
/// Source: the sheet on Graph, "Errors".
struct GraphError: Error, Equatable {
    enum Origin { case gateway, exchange }

    let status: Int
    let code: String
    let message: String
    var origin = Origin.exchange
    /// Whole seconds for `Retry-After`.
    var retryAfter: Int?

    static let policy = GraphError(
        status: 403, code: "ErrorAccessDenied",
        message:
            "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."
    )
    static let denied = GraphError(
        status: 403, code: "ErrorAccessDenied", message: "Access is denied. Check credentials and try again.")
    static let directoryDenied = GraphError(
        status: 403, code: "Authorization_RequestDenied",
        message: "Insufficient privileges to complete the operation.", origin: .gateway)
    static let malformedID = GraphError(
        status: 400, code: "ErrorInvalidIdMalformed", message: "Id is malformed.")
    static let notFound = GraphError(
        status: 404, code: "ErrorItemNotFound", message: "The specified object was not found in the store.")
    static let inefficient = GraphError(
        status: 400, code: "InefficientFilter",
        message: "The restriction or sort order is too complex for this operation.")
    static let corrupt = GraphError(
        status: 500, code: "ErrorInternalServerError",
        message: "An internal server error occurred. The operation failed.")
    static let timeout = GraphError(status: 504, code: "UnknownError", message: "", origin: .gateway)
    static let noDelta = GraphError(
        status: 400, code: "BadRequest",
        message: "Unsupported request: Change tracking is not supported against 'microsoft.graph.message'.")
    static let methodNotAllowed = GraphError(
        status: 405, code: "ErrorInvalidRequest",
        message: "The OData request is not supported.")
    static let tooManyInFlight = GraphError(
        status: 429, code: "ApplicationThrottled",
        message: "Application is over its MailboxConcurrency limit.", retryAfter: 1)
    static let me = GraphError(
        status: 400, code: "BadRequest",
        message: "/me request is only valid with delegated authentication flow.", origin: .gateway)
    static let basicRefused = GraphError(
        status: 403, code: "ErrorAccessDenied", message: "Access is denied. Check credentials and try again.")

    static func unknownMailbox(_ key: String) -> GraphError {
        GraphError(status: 404, code: "ErrorInvalidUser", message: "The requested user '\(key)' is invalid.")
    }

    static func otherMailbox(_ id: String, _ mailbox: String) -> GraphError {
        GraphError(
            status: 404, code: "ErrorInvalidMailboxItemId",
            message: "Item '\(id)' doesn't belong to the targeted mailbox '\(mailbox)'.")
    }

    static func unknownProperty(_ name: String) -> GraphError {
        GraphError(
            status: 400, code: "RequestBroker--ParseUri",
            message: "Could not find a property named '\(name)' on type 'microsoft.graph.message'.",
            origin: .gateway)
    }

    static func unknownSegment(_ segment: String) -> GraphError {
        GraphError(
            status: 400, code: "RequestBroker--ParseUri",
            message: "Resource not found for the segment '\(segment)'.",
            origin: .gateway)
    }

    static func badRequest(_ message: String) -> GraphError {
        GraphError(status: 400, code: "BadRequest", message: message)
    }

    static func syncStateNotFound(generation: Int, listing: String) -> GraphError {
        GraphError(
            status: 410, code: "SyncStateNotFound",
            message: "The sync state generation is not found; generation=\(generation);\(listing).",
            origin: .gateway)
    }

    /// The generic text of the documentation: what Outlook says above its limit for ten minutes is not recorded.
    static func tooMany(retryAfter: Int) -> GraphError {
        GraphError(
            status: 429, code: "TooManyRequests", message: "Please retry again later.", origin: .gateway,
            retryAfter: retryAfter)
    }
}
