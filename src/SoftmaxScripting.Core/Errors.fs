namespace SoftmaxScripting.Core
/// <summary>An error a person can mend: its message names what was wrong and what to do.</summary>
type SoftmaxException(message: string) = inherit System.Exception(message)
