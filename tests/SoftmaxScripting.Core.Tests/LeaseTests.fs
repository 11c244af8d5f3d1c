// Addresses are looked at, never followed.
#nowarn "9"

/// Memory of large tensors is used again, and never while somebody still sees it.
module SoftmaxScripting.Core.Tests.LeaseTests

open System
open System.Runtime.CompilerServices
open System.Threading
open System.Threading.Tasks
open SoftmaxScripting.Core
open Xunit

[<MethodImpl(MethodImplOptions.NoInlining)>]
let private addressOfDropped bytes =
    let lease = Lease.Rent bytes
    use handle = lease.Memory.Pin()

    NativeInterop.NativePtr.toNativeInt (NativeInterop.NativePtr.ofVoidPtr<byte> handle.Pointer)

[<Fact>]
let ``a dropped block is handed out again`` () =
    // A size that no other test uses.
    let bytes = 77_777_777
    let first = addressOfDropped bytes

    let isBack () =
        GC.Collect()
        GC.WaitForPendingFinalizers()
        addressOfDropped bytes = first

    Assert.True(Seq.exists (fun _ -> isBack ()) (seq { 1..5 }))

[<Theory>]
[<InlineData(1)>]
[<InlineData(4095)>]
[<InlineData(4096)>]
[<InlineData(100_000)>]
let ``memory has the length asked for, at a cache line where it is large`` bytes =
    let memory = Storage.AllocateBytes bytes
    Assert.Equal(bytes, memory.Length)
    memory.Span.Fill 7uy

    if bytes >= 4096 then
        use handle = memory.Pin()

        let address =
            NativeInterop.NativePtr.toNativeInt (
                NativeInterop.NativePtr.ofVoidPtr<byte> handle.Pointer
            )

        Assert.Equal(0n, address % 64n)

[<Fact>]
let ``tensors keep their values while others come and go on several threads`` () =
    let seed = Environment.TickCount

    let work (worker: int) =
        let random = Random(seed + worker)
        let held = Array.zeroCreate<struct (Tensor * float)> 8

        for turn in 1..400 do
            let at = random.Next held.Length
            let value = float (worker * 1000 + turn)
            let length = 2000 + random.Next 3 * 5000
            held[at] <- struct (Tensor.Full(value, length) + Tensor.Zeros length, value)

            if turn % 50 = 0 then
                GC.Collect 0

            for struct (tensor, expected) in held do
                if not (isNull (box tensor)) then
                    let values = tensor.ToArray()

                    if values |> Array.exists (fun x -> float x <> expected) then
                        failwith
                            $"worker {worker}, turn {turn}, seed {seed}: {expected} became something else"

    Task.WaitAll(Array.init 3 (fun worker -> Task.Run(fun () -> work worker)))
