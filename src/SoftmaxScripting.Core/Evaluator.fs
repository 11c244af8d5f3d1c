namespace SoftmaxScripting.Core

open System
open System.Collections.Concurrent
open System.Collections.Generic

/// A graph's structure as numbers: what is computed, from leaves of which shapes and dtypes, but not their values.
[<Struct; CustomEquality; NoComparison>]
type internal StructureKey(numbers: int[], hash: int) =
    member _.Numbers = numbers
    override _.GetHashCode() = hash

    member _.Equals(other: StructureKey) =
        ReadOnlySpan<int>(numbers).SequenceEqual(ReadOnlySpan<int>(other.Numbers))

    override this.Equals(other: obj) =
        match other with
        | :? StructureKey as key -> this.Equals key
        | _ -> false

    interface IEquatable<StructureKey> with
        member this.Equals other = this.Equals other

module internal Structure =

    let private dtypeTag dtype =
        match dtype with
        | DType.Float32 -> 0
        | DType.Float64 -> 1
        | DType.Int32 -> 2
        | DType.UInt8 -> 3

    /// The key of a request for some roots, and the leaves in the order of the plan's arguments: those in `pinned`
    /// first, then the others as they are met.
    let encode (request: int[]) (roots: Expr[]) (pinned: Expr[]) : struct (StructureKey * Expr[]) =
        let numbers = List<int>(512)
        numbers.AddRange request
        let index = Dictionary<int64, int>(128)
        let leaves = List<Expr>()

        let write (node: Expr) =
            node.Op.Sign numbers
            numbers.Add(dtypeTag node.DType)
            numbers.Add node.Shape.Rank
            numbers.AddRange node.Shape.Dims

            for arg in node.Args do
                numbers.Add index[arg.Id]

            index[node.Id] <- index.Count

            match node.Op with
            | Op.Data _
            | Op.Variable _ -> leaves.Add node
            | _ -> ()

        for leaf in pinned do
            write leaf

        // Arguments first, each node once. A node stands on the stack again until its arguments are written.
        let stack = Stack<struct (Expr * int)>(64)

        for root in roots do
            stack.Push(struct (root, 0))

            while stack.Count > 0 do
                let struct (node, next) = stack.Pop()

                if not (index.ContainsKey node.Id) then
                    if next < node.Args.Length then
                        stack.Push(struct (node, next + 1))
                        stack.Push(struct (node.Args[next], 0))
                    else
                        write node

        for root in roots do
            numbers.Add index[root.Id]

        let content = numbers.ToArray()
        let mutable hash = HashCode()

        hash.AddBytes(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(ReadOnlySpan<int> content)
        )

        struct (StructureKey(content, hash.ToHashCode()), leaves.ToArray())

/// Runs graphs: traced anew each call, planned once per structure.
module internal Evaluator =

    /// So many structures are kept; a program with more starts over rather than grow without bound.
    let private capacity = 4096

    let private plans = ConcurrentDictionary<StructureKey, Plan>()

    /// Stable, simplified forms; `onFiring` sees each rule that fired.
    let rewrite onFiring (roots: Expr[]) = Rewriting.run Rules.all onFiring roots

    /// What a plan computes, and how it came to it.
    [<Struct>]
    type Derivation =
        {
            /// The rewritten roots.
            Stable: Expr[]
            /// What is derived from them, as the rules of derivatives give it.
            Raw: Expr[]
            /// The same, rewritten: what is computed.
            Final: Expr[]
        }

    let derivation (derive: Expr[] -> Expr[]) (roots: Expr[]) : Derivation =
        Trace.Run(fun () ->
            let stable = roots |> rewrite ignore
            let raw = derive stable

            { Stable = stable
              Raw = raw
              Final = raw |> rewrite ignore })

    /// Sees the values of every evaluation, with the way to its graph; null where nobody watches.
    let mutable watch: Action<Func<Derivation>, Storage[]> = null

    /// Shows an evaluation to whoever watches.
    let observe derive roots (values: Storage[]) =
        match watch with
        | null -> ()
        | watch -> watch.Invoke((fun () -> derivation derive roots), values)

    let private compile (derive: Expr[] -> Expr[]) (roots: Expr[]) (leaves: Expr[]) =
        use _ = TimeAccount.Enter Phase.Planning

        Trace.Run(fun () ->
            let derived = (derivation derive roots).Final
            Plan(Scheduling.plan derived leaves, derived |> Array.map (fun r -> r.Shape)))

    /// The plan of what `derive` makes of the roots, and the leaves whose values it takes. Two calls may share a request
    /// only if their `derive` does the same to graphs of the same structure.
    let prepare
        (request: int[])
        (derive: Expr[] -> Expr[])
        (roots: Expr[])
        (pinned: Expr[])
        : struct (Plan * Expr[]) =
        let struct (key, leaves) = Structure.encode request roots pinned

        match plans.TryGetValue key with
        | true, plan -> struct (plan, leaves)
        | _ ->
            let plan = compile derive roots leaves

            if plans.Count >= capacity then
                plans.Clear()

            struct (plans.GetOrAdd(key, plan), leaves)

    /// The values of expressions; variables take the values they stand for.
    let rec evaluate (roots: Expr[]) : Storage[] =
        let struct (plan, leaves) = prepare [| 0 |] id roots [||]
        let values = plan.Run(leaves |> Array.map valueOf, null)
        observe id roots values
        values

    /// The value of a leaf.
    and valueOf (leaf: Expr) : Storage =
        match leaf.Op with
        | Op.Data storage -> storage
        | Op.Variable v -> valueOf v.Binding
        | _ -> (evaluate [| leaf |])[0]

    /// Values and shapes of what `derive` makes of the roots.
    let run request derive roots pinned : struct (Storage * Shape)[] =
        let struct (plan: Plan, leaves) = prepare request derive roots pinned
        let values = plan.Run(leaves |> Array.map valueOf, null)
        observe derive roots values
        Array.map2 (fun value shape -> struct (value, shape)) values plan.RootShapes
