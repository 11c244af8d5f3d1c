namespace SoftmaxScripting.Core

open System
open System.Runtime.InteropServices

/// The memory of a running plan: one entry per buffer.
type internal Memories = Memory<byte>[]

/// Elements of buffers as spans.
module internal Memories =

    let span<'T when 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType>
        (memories: Memories)
        (place: Place)
        : Span<'T> =
        MemoryMarshal.Cast<byte, 'T>(memories[place.Buffer].Span).Slice place.Offset
