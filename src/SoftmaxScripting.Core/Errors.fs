namespace SoftmaxScripting.Core

open System
open System.Reflection

/// <summary>A place in a script.</summary>
[<Sealed; AllowNullLiteral>]
type CallSite(file: string, line: int, column: int, ``method``: MethodBase) =

    /// <summary>The file's full path.</summary>
    member _.File = file

    /// <summary>The line, from 1.</summary>
    member _.Line = line

    /// <summary>The column, from 1; 0 where it is not known.</summary>
    member _.Column = column

    /// <summary>The method that the line belongs to.</summary>
    member _.Method = ``method``

/// <summary>
/// An error that the writer of a script can mend: its message names what was wrong and what to do.
/// Everything the toolkit refuses is thrown as this type or one derived from it.
/// </summary>
type SoftmaxException(message: string, inner: exn) =
    inherit Exception(message, inner)
    new(message) = SoftmaxException(message, null)

    /// <summary>
    /// The place in the script that the error is about, where that is another than the one that was running; else null.
    /// </summary>
    member val Site: CallSite = null with get, set

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

/// <summary>A number that is not finite came from finite ones, where that is watched for.</summary>
[<Sealed>]
type NonFiniteException(message) =
    inherit SoftmaxException(message)
