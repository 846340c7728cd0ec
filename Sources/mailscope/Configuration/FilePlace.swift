import YAMLDocument

/// Where a path in the configuration leads: relative ones start at the configuration's own directory, and
/// `credential:NAME` is a file that systemd hands to the service.
struct FilePlace {
    let configurationFile: String
    let surroundings: Surroundings

    private static let credential = "credential:"

    /// Reads the path at `key`; nil, and a finding, where it leads nowhere.
    func path(_ text: String?, at key: String, of mapping: YAMLMapping) -> String? {
        guard let text else { return nil }
        guard text.hasPrefix(Self.credential) else { return resolved(text) }
        let name = text.dropFirst(Self.credential.count)
        guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
            mapping.find(key, "'\(text)' names no credential", hint: "write it as '\(key): credential:NAME'")
            return nil
        }
        guard let directory = surroundings.credentialsDirectory else {
            mapping.find(
                key, "'\(text)' needs $CREDENTIALS_DIRECTORY, which is not set",
                hint:
                    "run it as a systemd service with LoadCredential=\(name):/path/of/the/file, or give a path"
            )
            return nil
        }
        return directory + "/" + name
    }

    private func resolved(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let slash = configurationFile.lastIndex(of: "/") else { return path }
        return String(configurationFile[...slash]) + path
    }
}
