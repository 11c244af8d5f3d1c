/// Rewrites: each rule keeps the meaning of formulas, stability rules give finite numbers where the formula as written
/// does not, and rules that undo each other are named.
module SoftmaxScripting.Core.Tests.RewriteTests

open System
open System.Collections.Generic
open SoftmaxScripting.Core
open Xunit

let private allRules = Rules.all

/// Rule names, for theories: a failure then shows which rule is unsound.
let ruleNames () : seq<obj[]> =
    allRules |> Seq.map (fun r -> [| box r.Name |])

let private ruleNamed name =
    allRules |> Array.find (fun r -> r.Name = name)

/// The arguments of a rule's example, the first of them full of one number where that is asked for.
let private arguments (example: Example) seed (first: float option) =
    example.Arguments
    |> List.mapi (fun i (_, shape, (low, high)) ->
        match first with
        | Some value when i = 0 -> Graph.double shape (Array.create (List.fold (*) 1 shape) value)
        | _ -> Graph.random (seed + i) DType.Float64 shape low high)
    |> List.toArray

let private rewritten (rules: Rewrite[]) (e: Expr) =
    let fired = List<string>()
    let roots = Rewriting.run rules (fun f -> fired.Add f.Rule.Name) [| e |]
    roots[0], fired

[<Theory; MemberData(nameof ruleNames)>]
let ``each rule fires on its example and keeps its value`` (name: string) =
    let rule = ruleNamed name
    Assert.False(String.IsNullOrWhiteSpace rule.Why)

    for seed in 1..5 do
        let formula =
            Trace.Run(fun () -> rule.Example.Formula(arguments rule.Example seed None))

        let alone, fired = rewritten [| rule |] formula

        if fired.Count = 0 then
            // It then meets its pattern in the form that other rules bring about.
            let _, together = rewritten allRules formula
            Assert.Contains(name, together)

        let together, _ = rewritten allRules formula
        let expected = Graph.interpret formula
        Assert.Equal(formula.Shape, together.Shape)
        Assert.Equal(formula.DType, together.DType)
        Near.arrays "alone" 1e-12 1e-12 expected (Graph.interpret alone)
        Near.arrays "with all rules" 1e-12 1e-12 expected (Graph.interpret together)

let private isWrong (naive: float) (stable: float) =
    not (Double.IsFinite naive) || abs (naive - stable) > 0.1 * abs stable

[<Theory; MemberData(nameof ruleNames)>]
let ``each stability rule is finite where the formula as written is not`` (name: string) =
    let rule = ruleNamed name

    for extreme in rule.Example.Extremes do
        let args = arguments rule.Example 1 (Some extreme)
        let formula = Trace.Run(fun () -> rule.Example.Formula args)
        let naive = Graph.interpret formula
        let stable, _ = rewritten allRules formula
        let values = Graph.interpret stable
        Near.isFinite $"at {extreme}" values

        Assert.True(
            Array.exists2 isWrong naive values,
            $"the formula as written is right at {extreme}: %A{naive}"
        )

        Near.arrays $"plan at {extreme}" 1e-12 1e-9 values (Graph.plan stable)

        let gradient =
            Trace.Run(fun () ->
                Gradient.derive stable [| args[0] |]
                |> Rewriting.run allRules ignore
                |> Array.head)

        Near.isFinite $"gradient at {extreme}" (Graph.interpret gradient)
        Near.isFinite $"plan of the gradient at {extreme}" (Graph.plan gradient)

[<Fact>]
let ``every rule alone keeps the meaning of random graphs`` () =
    Properties.checkShown
        "each rule alone"
        60
        (RandomGraphs.show DType.Float64)
        RandomGraphs.programs
        (fun program ->
            let leaves = RandomGraphs.leaves DType.Float64 program

            let roots =
                Trace.Run(fun () ->
                    let loss = RandomGraphs.build program leaves
                    Array.append [| loss |] (Gradient.derive loss leaves))

            let scale =
                Expr.topological roots
                |> Seq.filter (fun n -> n.DType.IsFloat)
                |> Seq.toArray
                |> Interpreter.evaluate
                |> Seq.collect id
                |> Seq.fold (fun m v -> max m (abs v)) 1.0

            let expected = Interpreter.evaluate roots

            for rule in allRules do
                let mutable count = 0
                let results = Rewriting.run [| rule |] (fun _ -> count <- count + 1) roots

                if count > 0 then
                    Array.iteri2
                        (fun i (e: float[]) a ->
                            Near.arrays $"root {i} after '{rule.Name}'" (1e-10 * scale) 1e-10 e a)
                        expected
                        (Interpreter.evaluate results))

[<Fact>]
let ``rewriting what is rewritten changes nothing`` () =
    Properties.checkShown
        "fixed point"
        60
        (RandomGraphs.show DType.Float64)
        RandomGraphs.programs
        (fun program ->
            let leaves = RandomGraphs.leaves DType.Float64 program

            Trace.Run(fun () ->
                let once = Rewriting.run allRules ignore [| RandomGraphs.build program leaves |]

                let fired = List<string>()
                let twice = Rewriting.run allRules (fun f -> fired.Add f.Rule.Name) once
                Assert.Empty fired
                Assert.Same(once[0], twice[0])))

let private rule name apply : Rewrite =
    { Name = name
      Kind = RewriteKind.Simplify
      Why = "for this test"
      Example =
        { Arguments = []
          Formula = (fun _ -> Build.scalar DType.Float64 0.0)
          Extremes = [] }
      Apply = apply }

[<Fact>]
let ``rules that undo each other are named`` () =
    let x = Graph.random 1 DType.Float64 [ 3 ] -1.0 1.0

    let there =
        rule "sine to cosine" (fun e ->
            match e.Op with
            | Op.Unary Unary.Sin -> ValueSome(Build.unary Unary.Cos e.Args[0])
            | _ -> ValueNone)

    let back =
        rule "cosine to sine" (fun e ->
            match e.Op with
            | Op.Unary Unary.Cos -> ValueSome(Build.unary Unary.Sin e.Args[0])
            | _ -> ValueNone)

    let growing =
        rule "growing" (fun e ->
            match e.Op with
            | Op.Unary Unary.Sin -> ValueSome(Build.unary Unary.Sin (Build.neg e))
            | _ -> ValueNone)

    for rules, names in
        [ [| there; back |], [ "sine to cosine"; "cosine to sine" ]
          [| growing |], [ "growing" ] ] do
        let error =
            Assert.Throws<SoftmaxException>(fun () ->
                Rewriting.run rules ignore [| Build.exp (Build.unary Unary.Sin x) |] |> ignore)

        Assert.True(names |> List.exists error.Message.Contains, error.Message)
        Assert.Null Trace.Current

/// Formulas as textbooks write them, at arguments where they fail, beside forms that do not.
let private textbook: (string * (Expr -> Expr) * (Expr -> Expr)) list =
    let one (x: Expr) = Build.ones x
    let sum e = Build.sum [| 1 |] e

    [ "log softmax",
      (fun x -> Build.log (Build.div (Build.exp x) (sum (Build.exp x)))),
      Build.logSoftmax [| 1 |]
      "softmax", (fun x -> Build.div (Build.exp x) (sum (Build.exp x))), Build.softmax [| 1 |]
      "log of the softmax", (fun x -> Build.log (Build.softmax [| 1 |] x)), Build.logSoftmax [| 1 |]
      "softmax by a shared reciprocal",
      (fun x -> Build.mul (Build.exp x) (Build.reciprocal (sum (Build.exp x)))),
      Build.softmax [| 1 |]
      "sigmoid",
      (fun x -> Build.div (one x) (Build.add (one x) (Build.exp (Build.neg x)))),
      Build.sigmoid
      "sigmoid, number first and last",
      (fun x ->
          Build.div
              (Build.scalar x.DType 1.0)
              (Build.add (Build.exp (Build.neg x)) (Build.scalar x.DType 1.0))),
      Build.sigmoid
      "sigmoid, the other way",
      (fun x -> Build.div (Build.exp x) (Build.add (one x) (Build.exp x))),
      Build.sigmoid
      "log sigmoid",
      (fun x -> Build.log (Build.sigmoid x)),
      (fun x -> Build.neg (Build.softplus (Build.neg x)))
      "log of the textbook sigmoid",
      (fun x -> Build.log (Build.div (one x) (Build.add (one x) (Build.exp (Build.neg x))))),
      (fun x -> Build.neg (Build.softplus (Build.neg x)))
      "log (1 − sigmoid)",
      (fun x -> Build.log (Build.sub (one x) (Build.sigmoid x))),
      (fun x -> Build.neg (Build.softplus x))
      "softplus", (fun x -> Build.log (Build.add (one x) (Build.exp x))), Build.softplus
      "log-sum-exp",
      (fun x -> Build.log (sum (Build.exp x))),
      Build.reduce ReduceOp.LogSumExp [| 1 |]
      "log-mean-exp",
      (fun x -> Build.log (Build.div (sum (Build.exp x)) (Build.scalar x.DType 4.0))),
      (fun x ->
          Build.sub
              (Build.reduce ReduceOp.LogSumExp [| 1 |] x)
              (Build.scalar x.DType (Math.Log 4.0)))
      "log cosh",
      (fun x -> Build.log (Build.scale 0.5 (Build.add (Build.exp x) (Build.exp (Build.neg x))))),
      (fun x ->
          let a = Build.unary Unary.Abs x

          Build.sub
              (Build.add a (Build.softplus (Build.scale -2.0 a)))
              (Build.scalar x.DType (Math.Log 2.0)))
      "picked log softmax",
      (fun x ->
          Build.log (Build.pick 1 (Build.softmax [| 1 |] x) (Graph.indices [ 3 ] [ 1; 0; 3 ]))),
      (fun x -> Build.pick 1 (Build.logSoftmax [| 1 |] x) (Graph.indices [ 3 ] [ 1; 0; 3 ]))
      "a gathered column of the log softmax",
      (fun x ->
          Build.log (
              Build.slice
                  [| 0; 1 |]
                  [| 1; 1 |]
                  [| 3; 2 |]
                  (Build.transpose (Build.transpose (Build.softmax [| 1 |] x)))
          )),
      (fun x -> Build.slice [| 0; 1 |] [| 1; 1 |] [| 3; 2 |] (Build.logSoftmax [| 1 |] x)) ]

[<Fact>]
let ``textbook formulas and their gradients are finite and those of the stable forms`` () =
    // Rows with ordinary, huge, tiny and mixed numbers.
    let rows scale =
        [| 1.0
           2.0
           3.0
           0.5
           1.0 * scale
           1.0
           2.0
           0.5 * scale
           -1.0 * scale
           -0.5 * scale
           -2.0 * scale
           0.25 |]

    for dtype in [ DType.Float32; DType.Float64 ] do
        for scale in [ 1.0; 30.0; 1000.0; 1e4 ] do
            let x = Graph.data dtype [ 3; 4 ] (rows scale)

            for name, naive, stable in textbook do
                let run (f: Expr -> Expr) =
                    let derive (roots: Expr[]) =
                        Array.append roots (Gradient.derive roots[0] [| x |])

                    Evaluator.run [| 2002 |] derive [| f x |] [| x |]
                    |> Array.map (fun (struct (v, _)) -> v.ToDoubles())

                let expected = run stable
                let actual = run naive

                for i in 0..1 do
                    let what = if i = 0 then "value" else "gradient"
                    Near.isFinite $"{name}, {what} at {scale} {dtype}" actual[i]

                    Near.arrays
                        $"{name}, {what} at {scale} {dtype}"
                        (if dtype = DType.Float32 then 2e-6 else 1e-12)
                        (if dtype = DType.Float32 then 1e-5 else 1e-11)
                        expected[i]
                        actual[i]

[<Fact>]
let ``formulas of one op merge to what a person would write`` () =
    let x = Graph.random 1 DType.Float64 [ 3; 4 ] 0.5 2.0
    let y = Graph.random 2 DType.Float64 [ 3; 4 ] 0.5 2.0

    let simplified e =
        fst (rewritten allRules (Trace.Run(fun () -> e ())))

    let same (expected: Expr) (e: unit -> Expr) = Assert.Same(expected, simplified e)
    same x (fun () -> Build.neg (Build.neg x))
    same x (fun () -> Build.add x (Build.zeros x))
    same x (fun () -> Build.mul (Build.ones x) x)
    same x (fun () -> Build.transpose (Build.transpose x))
    same x (fun () -> Build.log (Build.exp x))
    same x (fun () -> Build.select (Build.less x y) x x)
    same x (fun () -> Build.binary Binary.Pow x (Build.ones x))
    same x (fun () -> Build.cast DType.Float64 x)

    let count (e: Expr) = (Expr.topological [| e |]).Count
    // ½(x − y)²: its gradient is the difference and nothing else.
    let loss () =
        let r = Build.sub x y
        Build.sum [| 0; 1 |] (Build.mul (Build.scale 0.5 r) r)

    let gradient =
        simplified (fun () ->
            let stable = Rewriting.run allRules ignore [| loss () |]
            (Gradient.derive stable[0] [| x |])[0])

    Assert.True(count gradient = 3, $"the gradient has {count gradient} nodes")
