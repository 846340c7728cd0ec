/// Like `precondition`, but says why in an optimized build too.
func demand(_ isSo: Bool, _ otherwise: String) {
    if !isSo { fatalError(otherwise) }
}
