namespace SoftmaxScripting.Core

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

    /// Elements start.. of the sequence that belongs to a key.
    let fill distribution (key: int[]) (start: int64) (target: Storage) =
        let seed, stream = join key[0] key[1], join key[2] key[3]

        match distribution, target.DType with
        | Distribution.Uniform, DType.Float64 ->
            Philox.Uniform(seed, stream, start, target.Span<float>())
        | Distribution.Normal, DType.Float64 ->
            Philox.Normal(seed, stream, start, target.Span<float>())
        | Distribution.Uniform, _ -> Philox.Uniform(seed, stream, start, target.Span<float32>())
        | Distribution.Normal, _ -> Philox.Normal(seed, stream, start, target.Span<float32>())
