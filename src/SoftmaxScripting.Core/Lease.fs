// Pinned arrays are handed out by address.
#nowarn "9"
namespace SoftmaxScripting.Core

open System
open System.Buffers
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading

/// Large blocks of memory that tensors gave back, by size. A fresh block costs a page fault every four kilobytes, which
/// takes longer than most loops need to fill it.
module internal MemoryBlocks =

    /// Blocks start at a cache line, so that no vector load straddles two.
    let line = 64

    /// So much is handed out between two collections before one is asked for: small enough for the last-level cache,
    /// large enough that a collection of the youngest objects (the leases) does not show.
    let private budget = 24L <<< 20

    /// What is kept at most; blocks beyond are left to the garbage collector.
    let private most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16L

    let private free = Dictionary<int, Stack<byte[]>>()
    let private gate = obj ()
    let mutable private kept = 0L
    let mutable private handedOut = 0L
    let mutable private collections = 0

    /// Sizes in steps of at most an eighth.
    let private roundUp (bytes: int) =
        let step = 1L <<< max 12 (Numerics.BitOperations.Log2(uint32 bytes) - 3)
        int (min (int64 Array.MaxLength) ((int64 bytes + int64 line + step - 1L) / step * step))

    let private take size =
        lock gate (fun () ->
            match free.TryGetValue size with
            | true, blocks when blocks.Count > 0 ->
                kept <- kept - int64 size
                blocks.Pop()
            | _ -> null)

    let giveBack (block: byte[]) =
        lock gate (fun () ->
            if kept + int64 block.Length <= most then
                kept <- kept + int64 block.Length

                match free.TryGetValue block.Length with
                | true, blocks -> blocks.Push block
                | _ ->
                    let blocks = Stack<byte[]>()
                    blocks.Push block
                    free.Add(block.Length, blocks))

    /// A block of at least so many bytes after its first cache line, pinned, with arbitrary contents.
    let rent (bytes: int) : byte[] =
        let size = roundUp bytes
        let now = GC.CollectionCount 0

        if now <> collections then
            collections <- now
            handedOut <- 0L

        match take size with
        | null ->
            if Interlocked.Read &handedOut > budget then
                GC.Collect(0, GCCollectionMode.Forced, blocking = true)

            Interlocked.Add(&handedOut, int64 size) |> ignore
            GC.AllocateUninitializedArray<byte>(size, pinned = true)
        | block ->
            Interlocked.Add(&handedOut, int64 size) |> ignore
            block

/// A block in use. The memory it hands out keeps it alive, a span does not: whoever works on a span keeps the storage
/// alive to the end. Its block is used again when nothing refers to it any more.
[<Sealed>]
type internal Lease private (block: byte[], first: int, length: int) =
    inherit MemoryManager<byte>()

    static member Rent(bytes: int) =
        let block = MemoryBlocks.rent bytes
        let address = Marshal.UnsafeAddrOfPinnedArrayElement(block, 0)

        let skip =
            (MemoryBlocks.line - int (address % nativeint MemoryBlocks.line)) % MemoryBlocks.line

        new Lease(block, skip, bytes)

    override _.GetSpan() = Span<byte>(block, first, length)

    override this.Pin(index) =
        let address = Marshal.UnsafeAddrOfPinnedArrayElement(block, first + index)

        new MemoryHandle(
            NativeInterop.NativePtr.toVoidPtr (NativeInterop.NativePtr.ofNativeInt<byte> address),
            pinnable = this
        )

    override _.Unpin() = ()
    override _.Dispose(_: bool) = ()
    override _.Finalize() = MemoryBlocks.giveBack block
