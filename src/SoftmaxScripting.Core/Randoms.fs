namespace SoftmaxScripting.Core

open System
open SoftmaxScripting.Kernels

/// Random numbers from counters: a key of four numbers (seed and stream, low and high halves) and an element's index
/// give its number, whatever the threads and the order.
module internal Randoms =

    let private join (low: int) (high: int) =
        uint64 (uint32 low) ||| (uint64 (uint32 high) <<< 32)

    let key (seed: uint64) (stream: uint64) =
        [| int (uint32 seed)
           int (uint32 (seed >>> 32))
           int (uint32 stream)
           int (uint32 (stream >>> 32)) |]

    /// Elements start.. of the sequence that belongs to a key, in float32.
    let fillSingle distribution (key: ReadOnlySpan<int>) (start: int64) (target: Span<float32>) =
        let seed = join key[0] key[1]
        let stream = join key[2] key[3]

        match distribution with
        | Distribution.Uniform -> Philox.Uniform(seed, stream, start, target)
        | Distribution.Normal -> Philox.Normal(seed, stream, start, target)

    /// The same in float64, with more digits (other numbers, not the same ones rounded less).
    let fillDouble distribution (key: ReadOnlySpan<int>) (start: int64) (target: Span<float>) =
        let seed = join key[0] key[1]
        let stream = join key[2] key[3]

        match distribution with
        | Distribution.Uniform -> Philox.Uniform(seed, stream, start, target)
        | Distribution.Normal -> Philox.Normal(seed, stream, start, target)
