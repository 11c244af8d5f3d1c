using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// The command line was wrong: an unknown option, a value that cannot be read, a file that is not there.
/// The host prints the message alone and ends with exit code 2.
/// </summary>
/// <param name="message">What was wrong, the value given, and what would have been right.</param>
public sealed class UsageException(string message) : SoftmaxException(message);
