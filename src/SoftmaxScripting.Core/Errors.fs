namespace SoftmaxScripting.Core

open System

/// <summary>
/// An error that the writer of a script can mend: its message names what was wrong and what to do.
/// Everything the toolkit refuses is thrown as this type or one derived from it.
/// </summary>
type SoftmaxException(message: string, inner: exn) =
    inherit Exception(message, inner)
    new(message) = SoftmaxException(message, null)

/// <summary>Shapes that do not fit together; the message names the operation, every shape and the relation expected.</summary>
[<Sealed>]
type ShapeException(operation: string, message: string) =
    inherit SoftmaxException($"{operation}: {message}")

    /// <summary>The operation that refused its arguments.</summary>
    member _.Operation = operation

/// <summary>Element types that do not fit an operation, such as arithmetic on class indices.</summary>
[<Sealed>]
type DTypeException(operation: string, message: string) =
    inherit SoftmaxException($"{operation}: {message}")

    /// <summary>The operation that refused its arguments.</summary>
    member _.Operation = operation

/// <summary>An index (a label, a row number) outside the axis it points into.</summary>
[<Sealed>]
type IndexException(operation: string, message: string) =
    inherit SoftmaxException($"{operation}: {message}")

    /// <summary>The operation that refused its arguments.</summary>
    member _.Operation = operation
