/// What a cmdlet says when it fails. Callers tell errors apart by `id`; texts may be translated.
package struct CmdletError: Error, Equatable {
    package let id: String
    /// PowerShell's category: `ObjectNotFound`, `InvalidArgument`, …
    package let category: String
    package let message: String

    var json: JSONValue {
        ["id": .string(id), "category": .string(category), "message": .string(message)]
    }

    static func unknownCommand(_ name: String) -> Self {
        Self(
            id: "CommandNotFoundException", category: "ObjectNotFound",
            message:
                "The term '\(name)' is not recognized as a name of a cmdlet, function, script file, or executable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
        )
    }
    static func unknownParameter(_ name: String) -> Self {
        Self(
            id: "NamedParameterNotFound", category: "InvalidArgument",
            message: "A parameter cannot be found that matches parameter name '\(name)'.")
    }
    static func missingParameter(_ name: String) -> Self {
        Self(
            id: "MissingMandatoryParameter", category: "InvalidArgument",
            message: "Cannot process command because of one or more missing mandatory parameters: \(name).")
    }
    static func invalid(_ parameter: String, _ value: String, _ reason: String) -> Self {
        Self(
            id: "ParameterArgumentTransformationError", category: "InvalidData",
            message:
                "Cannot process argument transformation on parameter '\(parameter)'. Cannot convert value \"\(value)\": \(reason)"
        )
    }
    static func notFound(_ name: String) -> Self {
        Self(
            id: "ManagementObjectNotFoundException", category: "ObjectNotFound",
            message:
                "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't be performed because object '\(name)' couldn't be found on 'SIM0000DC001.EURP250A001.PROD.OUTLOOK.COM'."
        )
    }
    static func exists(_ name: String) -> Self {
        Self(
            id: "ADObjectAlreadyExistsException", category: "ResourceExists",
            message:
                "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException|Active Directory operation failed. The object '\(name)' already exists."
        )
    }
    static let notSecurityPrincipal = Self(
        id: "InvalidOperationException", category: "InvalidArgument",
        message: "The identity of the policy scope is not a security principal.")
    static let policySpace = Self(
        id: "InvalidOperationException", category: "InvalidOperation",
        message: "The total size of App Access Policies exceeded the limit.")
    static let dehydrated = Self(
        id: "InvalidOperationInDehydratedContextException", category: "InvalidOperation",
        message:
            "The command you tried to run isn't currently allowed in your organization. To run this command, you first need to run the command: Enable-OrganizationCustomization."
    )
    static func noServicePrincipal(_ objectID: String) -> Self {
        Self(
            id: "AADServicePrincipalNotFoundException", category: "ObjectNotFound",
            message:
                "AADServicePrincipalNotFound|No ServicePrincipal with Object Id '\(objectID)' is registered in the tenant."
        )
    }
    static func inUse(_ name: String) -> Self {
        Self(
            id: "InvalidOperationException", category: "InvalidOperation",
            message:
                "The management scope '\(name)' can't be removed because it is used by a role assignment.")
    }
    static func filter(_ text: String) -> Self {
        Self(
            id: "InvalidFilterException", category: "InvalidArgument",
            message: "The recipient filter \"\(text)\" is invalid.")
    }
}
