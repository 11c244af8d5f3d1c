using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>
/// A data set that is missing, broken or misnamed. The message names the file or set, what was expected, what was
/// found, and what to do.
/// </summary>
public sealed class DataException(string message) : SoftmaxException(message);
