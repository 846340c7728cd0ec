internal import Glibc

/// What the thread of an ``AnswerListener`` does.
struct AnswerLoop {
    private struct Client {
        let descriptor: Int32
        /// On ``AnswerLoop/now``.
        let deadline: Int64
        var request: [UInt8] = []
        /// Nil while the request is read.
        var response: ArraySlice<UInt8>?
        /// Answered; what it may still send is read and forgotten, for closing before would destroy the answer on its way.
        var isAnswered = false
    }

    let listening: Int32
    let ear: Int32
    let page: AnswerPage
    private var clients: [Client] = []

    init(listening: Int32, ear: Int32, page: AnswerPage) {
        self.listening = listening
        self.ear = ear
        self.page = page
    }

    /// Works until something can be read from ``ear``.
    mutating func run() {
        while true {
            var wanted = [listening, ear].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            wanted += clients.map {
                let isWriting = $0.response != nil && !$0.isAnswered
                return pollfd(fd: $0.descriptor, events: Int16(isWriting ? POLLOUT : POLLIN), revents: 0)
            }
            let next = clients.map(\.deadline).min().map { Int32(clamping: Swift.max(0, $0 - now)) } ?? -1
            let count = poll(&wanted, nfds_t(wanted.count), next)
            if count < 0, errno != EINTR { break }
            if wanted[1].revents != 0 { break }
            let ready = Set(wanted.dropFirst(2).filter { $0.revents != 0 }.map(\.fd))
            advance(ready)
            if wanted[0].revents != 0 { accept() }
        }
        for client in clients { close(client.descriptor) }
    }

    private mutating func advance(_ ready: Set<Int32>) {
        let time = now
        clients = clients.compactMap { client in
            var client = client
            let isOver =
                (ready.contains(client.descriptor) && !goOn(&client)) || client.deadline <= time
            if isOver { close(client.descriptor) }
            return isOver ? nil : client
        }
    }

    private mutating func accept() {
        let descriptor = Glibc.accept(listening, nil, nil)
        guard descriptor >= 0 else {
            // Out of descriptors: the client waits in the queue, and we do not spin meanwhile.
            if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM { usleep(100_000) }
            return
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        if clients.count >= AnswerListener.clientLimit { close(clients.removeFirst().descriptor) }
        clients.append(Client(descriptor: descriptor, deadline: now + Int64(AnswerListener.patience)))
    }

    /// - Returns: false where there is nothing more to do for it.
    private func goOn(_ client: inout Client) -> Bool {
        if client.response == nil || client.isAnswered {
            var buffer = [UInt8](repeating: 0, count: 1 << 10)
            let count = read(client.descriptor, &buffer, buffer.count)
            if count <= 0 { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            if client.isAnswered { return true }
            client.request += buffer[..<count]
            client.response = page.response(to: client.request, limit: AnswerListener.requestLimit)?[...]
        }
        guard let response = client.response else { return true }
        let count = response.withUnsafeBytes {
            send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        client.response = response.dropFirst(count)
        if client.response?.isEmpty == true {
            client.isAnswered = true
            shutdown(client.descriptor, Int32(SHUT_WR))
        }
        return true
    }

    /// Milliseconds of a clock that never steps.
    private var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
