extension PolicyScript {
    /// Address and object id of each mailbox.
    static func mailboxes(_ specification: PolicySpecification) -> Value {
        .rows(
            specification.mailboxes.map {
                [(name: "Address", value: $0.address), (name: "ObjectId", value: $0.objectID ?? "")]
            })
    }

    /// Name, app role of Microsoft Graph and role of Exchange of each permission.
    static func permissions(_ specification: PolicySpecification) -> Value {
        .rows(
            specification.permissions.map {
                [
                    (name: "Name", value: $0.rawValue), (name: "Id", value: $0.appRoleID),
                    (name: "Role", value: $0.exchangeRole),
                ]
            })
    }

    /// A parameter that names the file in which a record is written or read.
    static func record(_ name: String = "RecordPath", file: String, help: String) -> Parameter {
        Parameter(
            name: name, declaration: "[string]$\(name) = (Join-Path $PSScriptRoot '\(file)')", help: help)
    }

    static let waitSeconds = Parameter(
        name: "WaitSeconds", declaration: "[ValidateRange(0, 3600)][int]$WaitSeconds = 300",
        help: "How long to wait until Exchange knows what was just made.")
}
