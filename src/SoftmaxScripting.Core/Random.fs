namespace SoftmaxScripting.Core

open System.Threading

/// <summary>
/// Where random tensors come from: a seed and a counter of streams (Philox, Salmon et al. 2011). Each random tensor
/// takes the next stream, so the same seed and the same order of calls give the same numbers on every machine, with any
/// number of threads.
/// </summary>
[<AbstractClass; Sealed>]
type RandomSource private () =

    static let mutable seed = 0UL
    static let mutable stream = 0L

    /// <summary>Starts over with this seed: the streams count from 0 again.</summary>
    static member Reset(newSeed: uint64) =
        seed <- newSeed
        stream <- 0L

    /// <summary>The seed in force.</summary>
    static member Seed = seed

    /// <summary>The next stream's number; setting it continues where an earlier run stopped.</summary>
    static member Stream
        with get () = stream
        and set (value: int64) = stream <- value

    /// A key of its own for one random tensor, as an int32 leaf.
    static member internal NextKey() : Expr =
        let number = Interlocked.Increment &stream - 1L
        let key = Storage.Allocate(DType.Int32, 4)
        (System.Span<int>(Randoms.key seed (uint64 number))).CopyTo(key.Span<int>())
        System.GC.KeepAlive key
        Expr.data key (Shape.Of 4)
