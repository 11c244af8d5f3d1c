namespace SoftmaxScripting.Core

open System
open System.Runtime.CompilerServices
open System.Runtime.InteropServices

/// <summary>The type of a tensor's elements.</summary>
[<RequireQualifiedAccess>]
type DType =
    /// <summary>32-bit floating point: training.</summary>
    | Float32
    /// <summary>64-bit floating point: checking.</summary>
    | Float64
    /// <summary>32-bit whole numbers: class indices and row numbers. They name things, so no arithmetic is done on them.</summary>
    | Int32
    /// <summary>Bytes: stored images. Arithmetic turns them into floating point.</summary>
    | UInt8

    /// <summary>The size of one element in bytes.</summary>
    member this.Bytes =
        match this with
        | Float32
        | Int32 -> 4
        | Float64 -> 8
        | UInt8 -> 1

    /// <summary>True for float32 and float64, the types that derivatives are taken in.</summary>
    member this.IsFloat =
        match this with
        | Float32
        | Float64 -> true
        | Int32
        | UInt8 -> false

    override this.ToString() =
        match this with
        | Float32 -> "float32"
        | Float64 -> "float64"
        | Int32 -> "int32"
        | UInt8 -> "uint8"

/// The elements of a tensor: one contiguous run of memory that is never written again once it is handed out.
[<Sealed; AllowNullLiteral>]
type internal Storage(dtype: DType, length: int, memory: Memory<byte>) =

    /// From this size on, memory is worth using again.
    static let leasedFrom = 4096

    member _.DType = dtype
    member _.Length = length
    member _.Memory = memory

    /// The elements as 'T, which must be the element type of the storage's dtype. A span does not keep the storage alive:
    /// GC.KeepAlive after its last use does.
    member _.Span<'T when 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType>() : Span<'T> =
        MemoryMarshal.Cast<byte, 'T> memory.Span

    static member AllocateBytes(bytes: int) : Memory<byte> =
        if bytes < leasedFrom then
            Memory(GC.AllocateUninitializedArray<byte> bytes)
        else
            (Lease.Rent bytes).Memory

    /// A buffer with arbitrary contents, to be filled before anyone sees it.
    static member Allocate(dtype: DType, length: int) =
        let bytes = int64 length * int64 dtype.Bytes

        if bytes > int64 Array.MaxLength - 64L then
            raise (
                SoftmaxException
                    $"A tensor of {length} {dtype} elements needs {bytes} bytes, more than one buffer holds."
            )

        Storage(dtype, length, Storage.AllocateBytes(int bytes))

    static member OfSpan<'T when 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType>
        (dtype: DType, values: ReadOnlySpan<'T>)
        =
        let storage = Storage.Allocate(dtype, values.Length)
        values.CopyTo(storage.Span<'T>())
        GC.KeepAlive storage
        storage

    /// Bytes that are shared, not copied: data sets.
    static member OfBytes(values: Memory<byte>) =
        Storage(DType.UInt8, values.Length, values)

    static member OfDouble(dtype: DType, value: float) =
        let storage = Storage.Allocate(dtype, 1)
        storage.Fill value
        storage

    /// Writes the elements over those of another storage.
    member this.CopyTo(other: Storage) =
        memory.CopyTo other.Memory
        GC.KeepAlive this
        GC.KeepAlive other

    /// The same elements in memory of their own.
    member this.Copy() =
        let copy = Storage.Allocate(dtype, length)
        this.CopyTo copy
        copy

    /// Every element as a double, in order.
    member this.ToDoubles() : float[] =
        let result = Array.zeroCreate<float> length

        match dtype with
        | DType.Float32 ->
            let s = this.Span<float32>()

            for i in 0 .. length - 1 do
                result[i] <- float s[i]
        | DType.Float64 -> this.Span<float>().CopyTo(Span<float> result)
        | DType.Int32 ->
            let s = this.Span<int>()

            for i in 0 .. length - 1 do
                result[i] <- float s[i]
        | DType.UInt8 ->
            let s = memory.Span

            for i in 0 .. length - 1 do
                result[i] <- float s[i]

        GC.KeepAlive this
        result

    /// A storage of this dtype with these values, rounded.
    static member OfDoubles(dtype: DType, values: float[]) =
        let storage = Storage.Allocate(dtype, values.Length)

        match dtype with
        | DType.Float32 ->
            let s = storage.Span<float32>()

            for i in 0 .. values.Length - 1 do
                s[i] <- float32 values[i]
        | DType.Float64 -> Span<float>(values).CopyTo(storage.Span<float>())
        | DType.Int32 ->
            let s = storage.Span<int>()

            for i in 0 .. values.Length - 1 do
                s[i] <- int values[i]
        | DType.UInt8 ->
            let s = storage.Memory.Span

            for i in 0 .. values.Length - 1 do
                s[i] <- byte values[i]

        storage

    member this.Fill(value: float) =
        match dtype with
        | DType.Float32 -> this.Span<float32>().Fill(float32 value)
        | DType.Float64 -> this.Span<float>().Fill value
        | DType.Int32 -> this.Span<int>().Fill(int value)
        | DType.UInt8 -> memory.Span.Fill(byte value)

        GC.KeepAlive this

    /// One element as a double.
    member this.Read(index: int) : float =
        let value =
            match dtype with
            | DType.Float32 -> float (this.Span<float32>()[index])
            | DType.Float64 -> this.Span<float>()[index]
            | DType.Int32 -> float (this.Span<int>()[index])
            | DType.UInt8 -> float memory.Span[index]

        GC.KeepAlive this
        value
