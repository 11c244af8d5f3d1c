namespace SoftmaxScripting.Core.Tests

open System
open FsCheck
open FsCheck.FSharp
open SoftmaxScripting.Core

/// One step of a random program: which operation, on which earlier values, and numbers that choose its details. Every
/// combination means something, so that programs shrink by leaving steps out and making numbers smaller.
[<Struct>]
type internal Step =
    { Kind: int
      Left: int
      Right: int
      Detail: int }

/// A random expression: leaves from a seed, then steps.
type internal RandomProgram =
    {
        Seed: int
        Leaves: int
        Steps: Step list
        /// Shapes beyond a loop's block and a thread's piece.
        IsLarge: bool
    }

/// Random expressions over small shapes, kept in a range where also the formulas as written are finite, and away from
/// kinks and ties, where rounding would decide.
module internal RandomGraphs =

    let private largest = 30.0
    let private leastGap = 1e-2

    let private shapes: int list[] =
        [| [ 3; 4 ]
           [ 4 ]
           [ 3; 1 ]
           []
           [ 4; 3 ]
           [ 2; 3; 4 ]
           [ 1; 4 ]
           [ 2; 1; 4 ]
           [ 5 ]
           [ 2; 4; 3 ] |]

    let private largeShapes: int list[] =
        [| [ 300; 70 ]
           [ 70 ]
           [ 300; 1 ]
           []
           [ 70; 300 ]
           [ 2; 70; 13 ]
           [ 1; 70 ]
           [ 2; 1; 13 ]
           [ 1500 ]
           [ 13; 3; 40 ] |]

    /// The leaves of a program: numbers between −2 and 2.
    let leaves dtype (program: RandomProgram) : Expr[] =
        let random = Random program.Seed

        Array.init (1 + program.Leaves % 4) (fun i ->
            let choices = if program.IsLarge then largeShapes else shapes
            let shape = choices[random.Next choices.Length]
            Graph.random (program.Seed + i) dtype shape -2.0 2.0)

    let private gap (values: float[]) =
        let sorted = Array.sort values

        if sorted.Length < 2 then
            infinity
        else
            sorted |> Array.pairwise |> Array.map (fun (a, b) -> b - a) |> Array.min

    let private interpret = Graph.interpret

    let private within low high e =
        interpret e |> Array.forall (fun v -> v >= low && v <= high)

    let private awayFrom (points: float list) e =
        interpret e
        |> Array.forall (fun v -> points |> List.forall (fun p -> abs (v - p) > leastGap))

    /// The axes that a number chooses, at least one of them if there is any.
    let private axesOf (e: Expr) detail =
        let rank = e.Shape.Rank
        let chosen = [| 0 .. rank - 1 |] |> Array.filter (fun a -> (detail >>> a) &&& 1 = 1)

        if chosen.Length = 0 && rank > 0 then
            [| detail % rank |]
        else
            chosen

    let private labels (shape: Shape) classes detail =
        let random = Random(detail: int)

        Expr.data
            (Storage.OfDoubles(
                DType.Int32,
                Array.init shape.Size (fun _ -> float (random.Next classes))
            ))
            shape

    let private permutation rank detail =
        let random = Random(detail: int)
        let order = [| 0 .. rank - 1 |]
        random.Shuffle order
        order

    let private fits (a: Expr) (b: Expr) =
        try
            Shapes.broadcast "test" a.Shape b.Shape |> ignore
            true
        with :? ShapeException ->
            false

    let private unaries = OpTable.unaries.Value

    let private binaries = OpTable.binaries.Value

    /// Two values of which a comparison or a choice must not depend on rounding.
    let private apart a b = awayFrom [ 0.0 ] (Build.sub a b)

    let private views: (Expr -> int -> Expr)[] =
        [| fun a detail -> Build.permute (permutation a.Shape.Rank detail) a
           fun a detail ->
               match detail % 3 with
               | 0 -> Build.reshape (Shape.Of a.Shape.Size) a
               | 1 -> Build.reshape (Shape.Of(Array.append [| 1 |] (a.Shape.ToArray()))) a
               | _ -> Build.reshape (Shape.Of(Array.rev (a.Shape.ToArray()))) a
           fun a detail ->
               // A slice: forwards, backwards, or every second element.
               let rank = a.Shape.Rank
               let random = Random detail

               let choice =
                   Array.init rank (fun i ->
                       let n = a.Shape[i]

                       match random.Next 4 with
                       | 0 -> struct (n - 1, -1, n)
                       | 1 -> struct (0, 2, (n + 1) / 2)
                       | 2 -> struct (n - 1, -2, (n + 1) / 2)
                       | _ -> struct (0, 1, n))

               let part f = choice |> Array.map f

               Build.slice
                   (part (fun (struct (s, _, _)) -> s))
                   (part (fun (struct (_, s, _)) -> s))
                   (part (fun (struct (_, _, c)) -> c))
                   a
           fun a detail ->
               Build.broadcastTo
                   "test"
                   (Shape.Of(Array.append [| 1 + detail % 3 |] (a.Shape.ToArray())))
                   a
           fun a detail ->
               let rank = a.Shape.Rank
               let start = Array.init rank (fun i -> (detail + i) % 2)
               let step = Array.init rank (fun i -> 1 + (detail / 2 + i) % 2)

               Build.pad
                   start
                   step
                   (Shape.Of(
                       Array.init rank (fun i ->
                           start[i] + (max 0 (a.Shape[i] - 1)) * step[i] + 1 + detail % 2)
                   ))
                   a
           fun a _ -> Build.stopGradient a |]

    /// The values themselves where they are in a domain, else a smooth map of them into it.
    let private into (domain: Domain) (e: Expr) =
        if within domain.Low domain.High e then
            e
        else
            let middle = (domain.Low + domain.High) / 2.0

            Build.add
                (Build.scalar e.DType middle)
                (Build.scale ((domain.High - domain.Low) / 2.2) (Build.unary Unary.Tanh e))

    /// What a step makes of the values so far, if it means something here.
    let private apply (pool: Expr[]) (step: Step) : Expr voption =
        let a, b = pool[step.Left % pool.Length], pool[step.Right % pool.Length]
        let detail = step.Detail

        match step.Kind % 12 with
        | 0
        | 1 ->
            let row = unaries[detail % unaries.Length]
            let inside = into row.Domain a

            if awayFrom row.Domain.Kinks inside then
                ValueSome(Build.unary row.Op inside)
            else
                ValueNone
        | 2
        | 3 when fits a b ->
            let row = binaries[detail % binaries.Length]
            let a, b = into row.Left a, into row.Right b

            if not row.KinkAtTie || apart a b then
                ValueSome(Build.binary row.Op a b)
            else
                ValueNone
        | 4 when a.Shape.Rank > 0 ->
            let axes = axesOf a (detail / 4)

            match detail % 4 with
            | 0 -> ValueSome(Build.sum axes a)
            | 1 -> ValueSome(Build.reduce ReduceOp.LogSumExp axes a)
            | 2 when gap (interpret a) > 1e-3 -> ValueSome(Build.reduce ReduceOp.Max axes a)
            | 3 when gap (interpret a) > 1e-3 -> ValueSome(Build.reduce ReduceOp.Min axes a)
            | _ -> ValueNone
        | 5
        | 6 when a.Shape.Rank > 0 || detail % views.Length <> 0 ->
            ValueSome(views[detail % views.Length] a detail)
        | 7 ->
            // A product of whatever matrices can be made of the two.
            let matrix (e: Expr) =
                if e.Shape.Rank >= 2 then
                    e
                else
                    Build.reshape (Shape.Of(1, e.Shape.Size)) e

            let a, b = matrix a, matrix b
            let ta, tb = detail % 2 = 1, (detail / 2) % 2 = 1

            try
                ValueSome(Build.matMul ta tb a b)
            with :? ShapeException ->
                ValueNone
        | 8 when fits a b ->
            // The condition compares leaves, whose numbers every evaluation shares.
            let c = pool[detail % pool.Length]

            if c.Op.IsData && fits (Build.add a b) c && awayFrom [ 0.0 ] c then
                ValueSome(Build.select (Build.less (Build.zeros c) c) a b)
            else
                ValueNone
        | 9 when a.Shape.Rank > 0 ->
            let axis = detail % a.Shape.Rank
            let size = a.Shape[axis]

            match (detail / 4) % 4 with
            | 0 -> ValueSome(Build.gather axis a (labels (Shape.Of 3) size detail))
            | 1 -> ValueSome(Build.gather axis a (labels (Shape.Of(2, 2)) size detail))
            | 2 ->
                ValueSome(
                    Build.pick axis a (labels (Shapes.without a.Shape [| axis |]) size detail)
                )
            | _ ->
                let dims = a.Shape.ToArray()
                dims[axis] <- size + 1

                ValueSome(
                    Build.scatterAdd
                        axis
                        (Shape.Of dims)
                        a
                        (labels (Shape.Of size) (size + 1) detail)
                )
        | 10 when
            a.Shape.Rank > 0
            && a.Shape.Rank = b.Shape.Rank
            && (let axis = detail % a.Shape.Rank

                Seq.forall
                    (fun i -> i = axis || a.Shape[i] = b.Shape[i])
                    (seq { 0 .. a.Shape.Rank - 1 }))
            ->
            ValueSome(Build.concat (detail % a.Shape.Rank) [| a; b |])
        | 11 when a.Shape.Rank > 0 ->
            let axis = detail % a.Shape.Rank

            match (detail / 4) % 3 with
            | 0 -> ValueSome(Build.softmax [| axis |] a)
            | 1 -> ValueSome(Build.logSoftmax [| axis |] a)
            | _ when gap (interpret a) > 1e-3 ->
                ValueSome(Build.oneHot a.DType a.Shape[axis] (Build.argMax axis a))
            | _ -> ValueNone
        | _ -> ValueNone

    let private isTame mostElements (e: Expr) =
        e.Shape.Size > 0
        && e.Shape.Size <= mostElements
        && interpret e |> Array.forall (fun v -> abs v <= largest)

    /// One number made of everything that a program computes, with its leaves as given.
    let build (program: RandomProgram) (leaves: Expr[]) : Expr =
        let pool = Collections.Generic.List<Expr> leaves
        let mostElements = if program.IsLarge then 50_000 else 150

        for step in program.Steps do
            match apply (pool.ToArray()) step with
            | ValueSome e when isTame mostElements e -> pool.Add e
            | _ -> ()

        pool.ToArray()
        |> Array.mapi (fun i e ->
            Build.sum
                [| 0 .. e.Shape.Rank - 1 |]
                (Build.mul e (Graph.random i e.DType (e.Shape.ToArray() |> List.ofArray) 0.5 1.5))
            |> Build.reshape Shape.Scalar)
        |> Array.reduce Build.add

    let private step =
        Gen.map4
            (fun kind left right detail ->
                { Kind = kind
                  Left = left
                  Right = right
                  Detail = detail })
            (Gen.choose (0, 11))
            (Gen.choose (0, 11))
            (Gen.choose (0, 11))
            (Gen.choose (0, 1 <<< 12))

    let private programsWith isLarge mostSteps : Arbitrary<RandomProgram> =
        let generator =
            Gen.map3
                (fun seed leaves steps ->
                    { Seed = seed
                      Leaves = leaves
                      Steps = steps
                      IsLarge = isLarge })
                (Gen.choose (0, 1 <<< 20))
                (Gen.choose (0, 3))
                (Gen.choose (1, mostSteps) |> Gen.bind (fun n -> Gen.listOfLength n step))

        let smaller n =
            seq {
                if n > 0 then
                    0

                if n > 1 then
                    n / 2
                    n - 1
            }

        let shrink (program: RandomProgram) =
            seq {
                for i in 0 .. program.Steps.Length - 1 do
                    { program with
                        Steps = List.removeAt i program.Steps }

                for n in smaller program.Leaves do
                    { program with Leaves = n }

                for i in 0 .. program.Steps.Length - 1 do
                    let step = program.Steps[i]

                    let replaced s =
                        { program with
                            Steps = List.updateAt i s program.Steps }

                    for n in smaller step.Left do
                        replaced { step with Left = n }

                    for n in smaller step.Right do
                        replaced { step with Right = n }

                    for n in smaller step.Detail do
                        replaced { step with Detail = n }
            }

        Arb.fromGenShrink (generator, shrink)

    let programs = programsWith false 14
    let largePrograms = programsWith true 7

    /// A program with the graph that it builds, one node a line.
    let show dtype (program: RandomProgram) =
        let name = Collections.Generic.Dictionary<Expr, int>(HashIdentity.Reference)
        let lines = Text.StringBuilder()
        let nodes = Expr.topological [| build program (leaves dtype program) |]

        for node in nodes do
            name[node] <- name.Count
            let args = node.Args |> Array.map (fun a -> $"#{name[a]}") |> String.concat " "

            lines.AppendLine $"  #{name[node]} = {node.Op} {args} : {node.Shape} {node.DType}"
            |> ignore

        let steps =
            program.Steps
            |> List.map (fun s -> $"({s.Kind}, {s.Left}, {s.Right}, {s.Detail})")
            |> String.concat " "

        $"seed {program.Seed}, leaves {program.Leaves}, large {program.IsLarge}, steps {steps}\n{lines}"
