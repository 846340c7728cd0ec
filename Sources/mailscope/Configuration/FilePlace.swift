import FoundationEssentials
import OpenSSLIdentity
import YAMLDocument

/// Where a path in the configuration leads: relative ones start at the configuration's own directory, and
/// `credential:NAME` is a file that systemd hands to the service; without systemd, one beside the configuration.
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
            if let path = beside(String(name)) { return path }
            mapping.find(
                key, "'\(text)' needs $CREDENTIALS_DIRECTORY, which is not set",
                hint:
                    "run it as a systemd service with LoadCredential=\(name):/path/of/the/file, put \(name).pem beside the configuration, or give a path"
            )
            return nil
        }
        return directory + "/" + name
    }

    /// Reads where a private key is: a path, or the URI of a key that is in no file.
    func privateKey(_ text: String?, at key: String, of mapping: YAMLMapping) -> String? {
        guard let text else { return nil }
        do throws(KeyURI.Objection) {
            if let uri = try KeyURI(text) { return uri.text }
        } catch {
            mapping.find(key, error.reason, hint: error.hint)
            return nil
        }
        guard text.hasPrefix("file:") else { return path(text, at: key, of: mapping) }
        let rest = text.dropFirst(5)
        return path(String(rest.hasPrefix("///") ? rest.dropFirst(2) : rest), at: key, of: mapping)
    }

    /// What the packaged units hand over stands beside the configuration, so that a person can try it there by hand: NAME
    /// or NAME.pem.
    private func beside(_ name: String) -> String? {
        [name, name + ".pem"].map(resolved).first { FileManager.default.fileExists(atPath: $0) }
    }

    private func resolved(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let slash = configurationFile.lastIndex(of: "/") else { return path }
        return String(configurationFile[...slash]) + path
    }
}
