namespace SoftmaxScripting.Core

open System
open System.Collections.Generic
open System.Diagnostics
open System.Threading

/// What a hash-consed node is found by.
[<Struct; CustomEquality; NoComparison>]
type internal NodeKey(op: Op, args: Expr[], shape: Shape, dtype: DType) =
    member _.Op = op
    member _.Args = args
    member _.Shape = shape
    member _.DType = dtype

    override _.GetHashCode() =
        let mutable h = op.GetHashCode() * 31 + shape.GetHashCode()

        for a in args do
            h <- h * 31 + int a.Id

        h

    member _.Equals(other: NodeKey) =
        args.Length = other.Args.Length
        && dtype = other.DType
        && Op.Same(op, other.Op)
        && shape.Equals other.Shape
        && (let mutable same = true

            for i in 0 .. args.Length - 1 do
                same <- same && obj.ReferenceEquals(args[i], other.Args[i])

            same)

    override this.Equals(other: obj) =
        match other with
        | :? NodeKey as key -> this.Equals key
        | _ -> false

    interface IEquatable<NodeKey> with
        member this.Equals other = this.Equals other

/// The trace that runs on this thread: while one is open, nodes are hash-consed and tensors stay symbolic.
[<Sealed; AllowNullLiteral>]
type internal Trace private () =

    [<ThreadStatic; DefaultValue>]
    static val mutable private current: Trace

    let nodes = Dictionary<NodeKey, Expr>()
    let mutable depth = 0

    member _.Nodes = nodes

    /// The open trace, or null.
    static member Current = Trace.current

    /// Runs a function inside the thread's trace, opening one if none is open.
    static member Run(body: unit -> 'T) : 'T =
        if isNull Trace.current then
            Trace.current <- Trace()

        let trace = Trace.current
        trace.Enter()

        try
            body ()
        finally
            if trace.Leave() then
                Trace.current <- null

    member private _.Enter() = depth <- depth + 1

    member private _.Leave() =
        depth <- depth - 1
        depth = 0

/// Where in a script the nodes of expressions were made. Recorded only while somebody asks: to look a place up takes
/// far longer than to make a node.
[<AbstractClass; Sealed>]
type internal CallSites private () =

    static let sites = Runtime.CompilerServices.ConditionalWeakTable<Expr, CallSite>()
    static let unknown = CallSite(null, 0, 0, null)

    static let own =
        [ "Kernels"; "Core"; "Toolkit"; "Host" ]
        |> Seq.map (fun layer -> "SoftmaxScripting." + layer)
        |> HashSet

    /// How many have asked.
    static let mutable askers = 0

    /// What new nodes of this thread are made for; null for the code that runs.
    [<ThreadStatic; DefaultValue>]
    static val mutable private current: CallSite

    /// The innermost call outside the toolkit whose source is known.
    static let find () =
        let frames = StackTrace(2, true).GetFrames()

        let isOfScript (frame: StackFrame) =
            match frame.GetMethod() with
            | null -> false
            | m ->
                not (isNull (frame.GetFileName()))
                && not (own.Contains(m.Module.Assembly.GetName().Name))

        match frames |> Array.tryFind isOfScript with
        | Some frame ->
            CallSite(
                frame.GetFileName(),
                frame.GetFileLineNumber(),
                frame.GetFileColumnNumber(),
                frame.GetMethod()
            )
        | None -> unknown

    static member IsRecording = askers > 0

    /// Asks for places until `Stop`.
    static member Start() = Interlocked.Increment &askers |> ignore

    static member Stop() = Interlocked.Decrement &askers |> ignore

    static member Record(node: Expr) =
        match node.Op with
        | Op.Constant _
        | Op.Data _
        | Op.Variable _ -> ()
        | _ ->
            let site =
                if isNull CallSites.current then
                    find ()
                else
                    CallSites.current

            if not (obj.ReferenceEquals(site, unknown)) then
                sites.AddOrUpdate(node, site)

    /// Where a node was made; null where that is not known.
    static member Of(node: Expr) : CallSite =
        match sites.TryGetValue node with
        | true, site -> site
        | _ -> null

    /// Runs a function whose new nodes take the place of another, that which they replace or are the derivative of.
    static member Within(node: Expr, body: Expr -> 'T) : 'T =
        if not CallSites.IsRecording then
            body node
        else
            let before = CallSites.current

            CallSites.current <-
                match CallSites.Of node with
                | null -> unknown
                | site -> site

            try
                body node
            finally
                CallSites.current <- before

[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Expr =

    let mutable private counter = 0L

    let private create op (args: Expr[]) shape dtype =
        let traced =
            match op with
            | Op.Variable _ -> true
            | _ -> Array.exists (fun (a: Expr) -> a.IsTraced) args

        let node = Expr(Interlocked.Increment &counter, op, args, shape, dtype, traced)

        if CallSites.IsRecording then
            CallSites.Record node

        node

    /// The node with this content; within a trace always the same object for the same content.
    let make op (args: Expr[]) shape dtype =
        match Trace.Current with
        | null -> create op args shape dtype
        | trace ->
            let key = NodeKey(op, args, shape, dtype)

            match trace.Nodes.TryGetValue key with
            | true, node -> node
            | _ ->
                let node = create op args shape dtype
                trace.Nodes.Add(key, node)
                node

    let data (storage: Storage) shape =
        make (Op.Data storage) [||] shape storage.DType

    let constant dtype shape (value: float) =
        make (Op.Constant value) [||] shape dtype

    let variable name (binding: Expr) =
        create (Op.Variable(Variable(name, binding))) [||] binding.Shape binding.DType

    /// One example of many: a variable without a value.
    let example name shape dtype =
        create (Op.Variable(Variable(name, null))) [||] shape dtype

    /// All nodes below the roots, arguments first, each once. Iterative: expressions may be deep.
    let topological (roots: Expr[]) : List<Expr> =
        let order = List<Expr>()
        let seen = HashSet<int64>()
        let stack = Stack<struct (Expr * int)>()

        for root in roots do
            if seen.Add root.Id then
                stack.Push(struct (root, 0))

            while stack.Count > 0 do
                let struct (node, next) = stack.Pop()

                if next < node.Args.Length then
                    stack.Push(struct (node, next + 1))
                    let arg = node.Args[next]

                    if seen.Add arg.Id then
                        stack.Push(struct (arg, 0))
                else
                    order.Add node

        order

    /// The same operation on other arguments.
    let withArgs (node: Expr) (args: Expr[]) =
        if Array.forall2 (fun a b -> obj.ReferenceEquals(a, b)) node.Args args then
            node
        else
            CallSites.Within(node, (fun node -> make node.Op args node.Shape node.DType))

    /// Rebuilds the graphs below the roots bottom-up; `visit` sees each node once, with its arguments already rebuilt.
    let rebuild (visit: Expr -> Expr) (roots: Expr[]) : Expr[] =
        let image = Dictionary<Expr, Expr>(HashIdentity.Reference)

        for node in topological roots do
            let args = node.Args |> Array.map (fun a -> image[a])
            image[node] <- visit (withArgs node args)

        roots |> Array.map (fun r -> image[r])

    /// Replaces leaves.
    let substitute (replacements: IReadOnlyDictionary<Expr, Expr>) roots =
        rebuild
            (fun node ->
                match replacements.TryGetValue node with
                | true, other -> other
                | _ -> node)
            roots

    /// The graphs with every variable replaced by what it stands for in this call.
    let rec ground (roots: Expr[]) : Expr[] =
        if roots |> Array.exists (fun r -> r.IsTraced) then
            roots
            |> rebuild (fun node ->
                match node.Op with
                | Op.Variable v -> v.Binding
                | _ -> node)
            |> ground
        else
            roots
