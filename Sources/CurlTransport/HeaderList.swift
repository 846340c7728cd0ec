internal import CCurl
import Glibc

/// Sole owner of the header lines of one request.
struct HeaderList: ~Copyable {
    private(set) var head: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) throws(CurlError) {
        head = nil
        for line in lines {
            guard let next = curl_slist_append(head, line) else {
                throw CurlError(code: CURLE_OUT_OF_MEMORY)
            }
            head = next
        }
    }

    deinit {
        // A line may hold a token: it does not stay in freed memory.
        var line = head
        while let current = line {
            if let text = current.pointee.data { clear(text, strlen(text)) }
            line = current.pointee.next
        }
        curl_slist_free_all(head)
    }
}
