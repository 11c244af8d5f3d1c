namespace SoftmaxScripting.Core

open System
open System.Runtime.CompilerServices
open System.Runtime.InteropServices
open SoftmaxScripting.Kernels

/// The length of a block: its values stay in the first-level cache.
module internal BlockLength =
    let limit = 1024

/// Where a value of a loop is during a block.
[<RequireQualifiedAccess>]
type internal Location =
    /// In a buffer, at its own flat index.
    | InPlace of Place
    /// In scratch memory, at the start of a register.
    | Register of int

/// Memory for the values of a block that stand nowhere else: so many registers of a block's length.
[<Sealed>]
type internal Registers<'T
    when 'T: unmanaged
    and 'T: struct
    and 'T: (new: unit -> 'T)
    and 'T :> ValueType
    and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
    and 'T :> System.Numerics.IMinMaxValue<'T>> private () =

    [<ThreadStatic; DefaultValue>]
    static val mutable private own: 'T[]

    /// Pinned, since emitted code knows it by address.
    static member Allocate(registers: int) =
        GC.AllocateUninitializedArray<'T>(max 1 registers * BlockLength.limit, pinned = true)

    /// That of the thread, for a block that no other is used beside.
    static member OfThread(registers: int) =
        if
            isNull Registers<'T>.own
            || Registers<'T>.own.Length < registers * BlockLength.limit
        then
            Registers<'T>.own <- Registers<'T>.Allocate registers

        Registers<'T>.own

/// Computes the values of a loop block by block. An instance belongs to the run of one piece.
[<AbstractClass>]
type internal Block<'T
    when 'T: unmanaged
    and 'T: struct
    and 'T: (new: unit -> 'T)
    and 'T :> ValueType
    and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
    and 'T :> System.Numerics.IMinMaxValue<'T>>(locations: Location[], scratch: 'T[]) =

    member _.Location(value: int) = locations[value]

    member _.Register(index: int, length: int) =
        Span<'T>(scratch, index * BlockLength.limit, length)

    member _.RegisterAddress(index: int) =
        Marshal.UnsafeAddrOfPinnedArrayElement(scratch, index * BlockLength.limit)

    /// Computes all values of the elements start.. of the iteration space, and stores those that are stored.
    abstract Compute: memories: Memories * start: int * length: int -> unit

    /// The elements of a value that is stored or reduced, after Compute.
    member this.Value(memories: Memories, value: int, start: int, length: int) : Span<'T> =
        match locations[value] with
        | Location.InPlace place -> (Memories.span<'T> memories place).Slice(start, length)
        | Location.Register index -> this.Register(index, length)

/// Stores whose value stands elsewhere: sources that are read in place.
module internal StoreCopies =

    let run<'T
        when 'T: unmanaged
        and 'T: struct
        and 'T: (new: unit -> 'T)
        and 'T :> ValueType
        and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
        and 'T :> System.Numerics.IMinMaxValue<'T>>
        (loop: Loop)
        (block: Block<'T>)
        (memories: Memories)
        start
        length
        =
        for struct (value, place) in loop.Stores do
            match block.Location value with
            | Location.InPlace own when own = place -> ()
            | _ ->
                block
                    .Value(memories, value, start, length)
                    .CopyTo((Memories.span<'T> memories place).Slice(start, length))

/// What the two kinds of blocks know of a loop.
[<Sealed>]
type internal BlockPlan<'T
    when 'T: unmanaged
    and 'T: struct
    and 'T: (new: unit -> 'T)
    and 'T :> ValueType
    and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
    and 'T :> System.Numerics.IMinMaxValue<'T>>(loop: Loop) =

    static let isSingle = typeof<'T> = typeof<float32>

    static let unaryKernel (op: Unary) =
        let f = (OpTable.unary op).Kernel
        (if isSingle then box f.Single else box f.Double) :?> UnaryKernel<'T>

    static let binaryKernel (op: Binary) =
        let f = (OpTable.binary op).Kernel
        (if isSingle then box f.Single else box f.Double) :?> BinaryKernel<'T>

    let lastUse =
        let last = Array.create loop.Values.Length -1

        loop.Values
        |> Array.iteri (fun i value ->
            match value with
            | LoopValue.Computed(Instruction.Unary(_, x)) -> last[x] <- i
            | LoopValue.Computed(Instruction.Binary(_, a, b)) ->
                last[a] <- i
                last[b] <- i
            | LoopValue.Computed(Instruction.Select(c, a, b)) ->
                last[c] <- i
                last[a] <- i
                last[b] <- i
            | LoopValue.Source _ -> ())

        for reduction in loop.Reductions do
            last[reduction.Input] <- Int32.MaxValue

        for struct (value, _) in loop.Stores do
            last[value] <- Int32.MaxValue

        last

    let locations, registers =
        let free = System.Collections.Generic.Stack<int>()
        let mutable count = 0
        let locations: Location[] = Array.zeroCreate loop.Values.Length

        let stored =
            loop.Stores |> Array.map (fun struct (value, place) -> value, place) |> dict

        let endingAt =
            loop.Values |> Array.map (fun _ -> System.Collections.Generic.List<int>())

        for i in 0 .. loop.Values.Length - 1 do
            let isNumber =
                match loop.Values[i] with
                | LoopValue.Source(Source.Number _) -> true
                | _ -> false

            locations[i] <-
                match loop.Values[i], stored.TryGetValue i with
                | LoopValue.Source(Source.Direct place), _ -> Location.InPlace place
                | _, (true, place) -> Location.InPlace place
                | _ ->
                    let register =
                        if free.Count > 0 && not isNumber then
                            free.Pop()
                        else
                            count <- count + 1
                            count - 1
                    // A number is written once and keeps its register.
                    if not isNumber && lastUse[i] < Int32.MaxValue && lastUse[i] >= 0 then
                        endingAt[lastUse[i]].Add register

                    Location.Register register

            for register in endingAt[i] do
                free.Push register

        locations, count

    let kernels =
        loop.Values
        |> Array.map (fun value ->
            match value with
            | LoopValue.Computed(Instruction.Unary(op, _)) -> box (unaryKernel op)
            | LoopValue.Computed(Instruction.Binary(op, _, _)) -> box (binaryKernel op)
            | LoopValue.Computed(Instruction.Select _)
            | LoopValue.Source _ -> null)


    // ---- emitted code ----

    let isReduced =
        let reduced = Array.create loop.Values.Length false

        for reduction in loop.Reductions do
            reduced[reduction.Input] <- true

        reduced

    let stored =
        loop.Stores |> Array.map (fun struct (value, place) -> value, place) |> dict

    let isOneNumber (source: Source) =
        match source with
        | Source.Strided(_, _, strides) -> Array.forall ((=) 0) strides
        | _ -> false

    let roles =
        loop.Values
        |> Array.mapi (fun i value ->
            match value with
            | LoopValue.Source(Source.Number c) when not (stored.ContainsKey i || isReduced[i]) ->
                Emit.Role.Number c
            | LoopValue.Source source when
                isOneNumber source && not (stored.ContainsKey i || isReduced[i])
                ->
                Emit.Role.Repeated
            | LoopValue.Source _ -> Emit.Role.Read
            | LoopValue.Computed instruction ->
                Emit.Role.Computed(instruction, stored.ContainsKey i || isReduced[i]))

    /// In emitted code nothing shares a register: sources are read before the first instruction.
    let emittedLocations, emittedRegisters =
        let mutable count = 0

        let locations =
            Array.init loop.Values.Length (fun i ->
                match loop.Values[i], stored.TryGetValue i, roles[i] with
                | LoopValue.Source(Source.Direct place), _, _ -> Location.InPlace place
                | _, (true, place), _ -> Location.InPlace place
                | _, _, Emit.Role.Number _
                | _, _, Emit.Role.Computed(_, false) -> Location.Register 0
                | _ ->
                    count <- count + 1
                    Location.Register(count - 1))

        locations, count

    let code = lazy (Emit.block typeof<'T> roles)

    member _.Loop = loop
    member _.Locations = locations
    member _.Registers = registers
    member _.Kernels = kernels
    member _.Roles = roles
    member _.EmittedLocations = emittedLocations
    member _.EmittedRegisters = emittedRegisters

    /// The loop as machine code, made at the first call.
    member _.Code = code.Value

    /// How many instructions a block runs.
    member _.Instructions =
        loop.Values
        |> Array.sumBy (fun value ->
            match value with
            | LoopValue.Computed _ -> 1
            | LoopValue.Source _ -> 0)

/// One instruction after another, each a vector kernel over the block: needs no code made at run time, and is the twin
/// that emitted code is tested against.
[<Sealed>]
type internal InterpretedBlock<'T
    when 'T: unmanaged
    and 'T: struct
    and 'T: (new: unit -> 'T)
    and 'T :> ValueType
    and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
    and 'T :> System.Numerics.IMinMaxValue<'T>>
    (plan: BlockPlan<'T>, reader: SourceReader<'T>, scratch: 'T[]) as this =
    inherit Block<'T>(plan.Locations, scratch)

    let loop = plan.Loop

    let fillNumbers () =
        for i in 0 .. loop.Values.Length - 1 do
            match loop.Values[i], plan.Locations[i] with
            | LoopValue.Source(Source.Number c), Location.Register index ->
                this
                    .Register(index, min BlockLength.limit (max 1 loop.Size))
                    .Fill('T.CreateTruncating c)
            | _ -> ()

    do fillNumbers ()

    override this.Compute(memories, start, length) =
        for i in 0 .. loop.Values.Length - 1 do
            match loop.Values[i] with
            | LoopValue.Source(Source.Number c) ->
                // In a register it stands since the piece began; stored, it is written where it belongs.
                match plan.Locations[i] with
                | Location.InPlace _ ->
                    this.Value(memories, i, start, length).Fill('T.CreateTruncating c)
                | Location.Register _ -> ()
            | LoopValue.Source(Source.Direct _) -> ()
            | LoopValue.Source source ->
                reader.Read(memories, source, start, this.Value(memories, i, start, length))
            | LoopValue.Computed instruction ->
                let target = this.Value(memories, i, start, length)

                match instruction with
                | Instruction.Unary(_, x) ->
                    let x = this.Value(memories, x, start, length)
                    (plan.Kernels[i] :?> UnaryKernel<'T>).Invoke(x, target)
                | Instruction.Binary(_, a, b) ->
                    let a = this.Value(memories, a, start, length)
                    let b = this.Value(memories, b, start, length)
                    (plan.Kernels[i] :?> BinaryKernel<'T>).Invoke(a, b, target)
                | Instruction.Select(c, a, b) ->
                    let c = this.Value(memories, c, start, length)
                    let a = this.Value(memories, a, start, length)
                    let b = this.Value(memories, b, start, length)
                    Elementwise.Select<'T>(c, a, b, target)

        StoreCopies.run plan.Loop this memories start length

/// All instructions in one vector loop made at run time; see Emit.
[<Sealed>]
type internal EmittedBlock<'T
    when 'T: unmanaged
    and 'T: struct
    and 'T: (new: unit -> 'T)
    and 'T :> ValueType
    and 'T :> System.Numerics.IBinaryFloatingPointIeee754<'T>
    and 'T :> System.Numerics.IMinMaxValue<'T>>
    (plan: BlockPlan<'T>, reader: SourceReader<'T>, scratch: 'T[], addresses: nativeint[]) =
    inherit Block<'T>(plan.EmittedLocations, scratch)

    let loop = plan.Loop
    let own: nativeint[] = Array.zeroCreate loop.Values.Length

    /// `addresses` has the first byte of each buffer that is read or written in place.
    override this.Compute(memories, start, length) =
        for i in 0 .. loop.Values.Length - 1 do
            let inMemory =
                match plan.Roles[i] with
                | Emit.Role.Number _
                | Emit.Role.Computed(_, false) -> false
                | Emit.Role.Read
                | Emit.Role.Repeated
                | Emit.Role.Computed(_, true) -> true

            if inMemory then
                own[i] <-
                    match plan.EmittedLocations[i] with
                    | Location.InPlace place ->
                        addresses[place.Buffer]
                        + nativeint (
                            (int64 place.Offset + int64 start) * int64 (Unsafe.SizeOf<'T>())
                        )
                    | Location.Register index -> this.RegisterAddress index

                match loop.Values[i] with
                | LoopValue.Source(Source.Number c) ->
                    this.Value(memories, i, start, length).Fill('T.CreateTruncating c)
                | LoopValue.Source(Source.Direct _)
                | LoopValue.Computed _ -> ()
                | LoopValue.Source source ->
                    let count = if plan.Roles[i] = Emit.Role.Repeated then 1 else length
                    reader.Read(memories, source, start, this.Value(memories, i, start, count))

        plan.Code.Invoke(own, length)
        StoreCopies.run plan.Loop this memories start length
