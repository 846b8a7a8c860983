#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Lets this thread take signals, which those that tests run on do not.
///
/// After it, `raise` returns when the signal has been dealt with.
func takeSignals() {
  var all = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_UNBLOCK, &all, nil)
}
