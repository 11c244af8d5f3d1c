using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A check of a script found a counter-example: a wrong gradient, a property that does not hold.
/// The host prints the message and the script's line and ends with exit code 1.
/// </summary>
/// <param name="message">What was checked, the counter-example, and the values on both sides.</param>
public sealed class CheckFailedException(string message) : SoftmaxException(message);
