internal import CCurl

/// What libcurl says went wrong.
struct CurlError: Error, Equatable, CustomStringConvertible {
    let code: CURLcode

    /// libcurl's words for the code.
    var description: String { String(cString: curl_easy_strerror(code)) }
}

func check(_ code: CURLcode) throws(CurlError) {
    guard code == CURLE_OK else { throw CurlError(code: code) }
}
