module SoftmaxScripting.Core.Tests.ExplanationTests

open System
open Xunit
open SoftmaxScripting.Core

let private number (value: float) : Tensor = Tensor.op_Implicit value

let private explain (names: string list) (target: TargetKind) (f: Tensor -> Tensor -> Tensor) =
    Explanation.Of(Func<Tensor, Tensor, Tensor>(fun a b -> f a b), Array.ofList names, [||], target)

let private any = TargetKind.Automatic

let private fired (e: Explanation) =
    e.Rewrites |> Seq.map (fun r -> r.Name) |> List.ofSeq

let private huber (prediction: Tensor) (target: Tensor) =
    let r = prediction - target

    Tensor
        .Where(
            Tensor.op_LessThanOrEqual (r.Abs(), number 1.0),
            number 0.5 * r * r,
            r.Abs() - number 0.5
        )
        .Mean()

let private binary (probability: Tensor) (y: Tensor) =
    (-(y * probability.Log() + (number 1.0 - y) * (number 1.0 - probability).Log())).Mean()

let private textbookSoftmax (o: Tensor) = o.Exp() / o.Exp().Sum(-1, true)

[<Fact>]
let ``cross-entropy with class labels`` () =
    let e = explain [ "o"; "y" ] TargetKind.Labels (fun o y -> Loss.CrossEntropy(o, y))

    Assert.Equal("mean(−log softmax(o)[y])", e.Formula)
    Assert.Equal("(softmax(o) − onehot(y)) / n", e.Derivatives["o"])
    Assert.False(e.Derivatives.ContainsKey "y")
    Assert.Contains("for o [n, k]; y [n], class labels", e.Notes)

[<Fact>]
let ``cross-entropy with a distribution says that its rows sum to 1`` () =
    let e = explain [ "o"; "y" ] any (fun o y -> Loss.CrossEntropy(o, y))
    Assert.Equal("(softmax(o) − y) / n", e.Derivatives["o"])
    Assert.Contains("rows of y sum to 1", fired e)
    Assert.Contains("for o [n, k]; y [n, k], a distribution per row", e.Notes)

[<Fact>]
let ``cross-entropy with any numbers assumes nothing`` () =
    let e = explain [ "o"; "y" ] TargetKind.Values (fun o y -> Loss.CrossEntropy(o, y))

    Assert.Contains("sum(", e.Derivatives["o"])
    Assert.DoesNotContain("rows of y sum to 1", fired e)

[<Fact>]
let ``the textbook's cross-entropy becomes the same derivative, by named rules`` () =
    let labels =
        explain [ "o"; "y" ] any (fun o y -> -((textbookSoftmax o).Log().Pick(y)).Mean())

    let negatedFirst =
        explain [ "o"; "y" ] any (fun o y -> (-(textbookSoftmax o).Log()).Pick(y).Mean())

    let distribution =
        explain [ "o"; "y" ] any (fun o y -> -((textbookSoftmax o).Log() * y).Sum(-1).Mean())

    Assert.Equal("(softmax(o) − onehot(y)) / n", labels.Derivatives["o"])
    Assert.Equal("(softmax(o) − onehot(y)) / n", negatedFirst.Derivatives["o"])
    Assert.Equal("(softmax(o) − y) / n", distribution.Derivatives["o"])

    for e in [ labels; negatedFirst; distribution ] do
        let rule =
            e.Rewrites |> Seq.find (fun r -> r.Name = "exp(x) / Σ exp(x) → softmax(x)")

        Assert.Equal(RewriteRank.Stability, rule.Rank)
        Assert.Equal("exp(o) / sum(exp(o), axis 1) → softmax(o)", rule.Where)
        Assert.Contains("log(exp x) → x", fired e)

[<Fact>]
let ``huber as one writes it`` () =
    let e = explain [ "prediction"; "target" ] any huber

    Assert.Equal(
        "mean(where(|r| ≤ 1, 0.5·r·r, |r| − 0.5))\n  with r = prediction − target",
        e.Formula
    )

    Assert.Equal(
        "where(|r| ≤ 1, r, sign(r)) / (n·k)\n  with r = prediction − target",
        e.Derivatives["prediction"]
    )

    Assert.Equal(
        "−where(|r| ≤ 1, r, sign(r)) / (n·k)\n  with r = prediction − target",
        e.Derivatives["target"]
    )

[<Fact>]
let ``regression and binary losses`` () =
    let derivative names f =
        (explain names any f).Derivatives[List.head names]

    Assert.Equal("2·(ŷ − y) / (n·k)", derivative [ "ŷ"; "y" ] (fun a b -> Loss.Mse(a, b)))

    Assert.Equal(
        "(σ(z) − y) / (n·k)",
        derivative [ "z"; "y" ] (fun a b -> Loss.BceWithLogits(a, b))
    )

    // Not σ(z) − y: this difference loses all digits where the prediction is right and certain.
    Assert.Equal(
        "((1 − y)·σ(z) − y·σ(−z)) / (n·k)",
        derivative [ "z"; "y" ] (fun z y -> binary (z.Sigmoid()) y)
    )

[<Fact>]
let ``a naive binary cross-entropy shows its stable form`` () =
    let logistic (z: Tensor) = number 1.0 / (number 1.0 + (-z).Exp())
    let e = explain [ "z"; "y" ] any (fun z y -> binary (logistic z) y)
    Assert.Equal("mean(y·softplus(−z) + (1 − y)·softplus(z))", e.StableFormula)
    Assert.NotEqual<string>(e.Formula, e.StableFormula)
    Assert.Contains("log σ(x) → −softplus(−x)", fired e)

[<Fact>]
let ``one function of one, two or three tensors`` () =
    let one = Explanation.Of(Func<Tensor, Tensor>(fun x -> (x * x).Sum()))
    Assert.Equal("2·x", one.Derivatives["x"])

    let three =
        Explanation.Of(
            Func<Tensor, Tensor, Tensor, Tensor>(fun prediction target weight ->
                (weight * (prediction - target).Abs()).Sum()),
            [| "p"; "t"; "w" |]
        )

    Assert.Equal("w·sign(p − t)", three.Derivatives["p"].Replace("sign(p − t)·w", "w·sign(p − t)"))
    Assert.Equal("|p − t|", three.Derivatives["w"])

    let trace = Explanation.Of(Func<Tensor, Tensor>(fun x -> x.Trace()), [| "a" |])
    Assert.Contains("for a [n, n]", trace.Notes)

[<Fact>]
let ``more than one number is summed first, and it is said`` () =
    let e = explain [ "z"; "y" ] any (fun z y -> Loss.L2(z, y, Reduction.None))
    Assert.Equal("z − y", e.Derivatives["z"])

    Assert.Contains(
        "the result has shape [n, k]; the derivatives are those of the sum of its elements",
        e.Notes
    )

[<Fact>]
let ``with examples sizes are numbers`` () =
    let e =
        Explanation.Of(
            Func<Tensor, Tensor, Tensor>(fun o y -> Loss.CrossEntropy(o, y)),
            [| "o"; "y" |],
            [| Tensor.Zeros(7, 3); Tensor.Of([| 0; 1; 2; 0; 1; 2; 0 |]) |]
        )

    Assert.Equal("(softmax(o) − onehot(y)) / 7", e.Derivatives["o"])

[<Fact>]
let ``arguments called n and k leave these names to themselves`` () =
    let e = explain [ "n"; "k" ] any (fun a b -> Loss.Mse(a, b))
    Assert.Equal("2·(n − k) / (N·K)", e.Derivatives["n"])

[<Fact>]
let ``captured tensors are named and told`` () =
    let weights = Tensor.Ones(13, 4)
    let e = explain [ "x"; "y" ] any (fun x _ -> x.MatMul(weights).Sum())
    Assert.Contains("c [k, 4] is a tensor that the function has captured", e.Notes)
    Assert.Equal("sum(x·c)", e.Formula)

[<Fact>]
let ``a function that refuses everything is told with its own words`` () =
    let error =
        Assert.Throws<SoftmaxException>(fun () ->
            explain [ "a"; "b" ] any (fun _ _ -> invalidOp "never on a Sunday") |> ignore)

    Assert.Contains("never on a Sunday", error.Message)
    Assert.Contains("example tensors", error.Message)

[<Fact>]
let ``names are taken from the function when none are given`` () =
    let e = Explanation.Of(Func<Tensor, Tensor, Tensor>(huber))
    Assert.Equal(2, e.Derivatives.Count)

    let wrong =
        Assert.Throws<SoftmaxException>(fun () -> explain [ "a" ] any huber |> ignore)

    Assert.Contains("1 names", wrong.Message)

[<Fact>]
let ``text keeps to 100 columns and LaTeX is balanced`` () =
    for e in
        [ explain [ "prediction"; "target" ] any huber
          explain [ "o"; "y" ] any (fun o y -> Loss.CrossEntropy(o, y, 0.1))
          explain [ "z"; "y" ] any (fun z y -> Loss.Bce(z.Sigmoid(), y)) ] do
        for line in e.ToString().Split '\n' do
            Assert.True(line.Length <= 100, line)

        let count (part: string) = e.Latex.Split(part).Length - 1
        Assert.Equal(count "{", count "}")
        Assert.Equal(count @"\left", count @"\right")
        Assert.Equal(count @"\begin{", count @"\end{")

[<Fact>]
let ``explaining draws no random numbers and opens no lasting trace`` () =
    explain [ "prediction"; "target" ] any huber |> ignore
    Assert.Null Trace.Current

[<Fact>]
let ``every rule is listed with a reason`` () =
    Assert.NotEmpty Explanation.Rules

    for rule in Explanation.Rules do
        Assert.NotEmpty rule.Name
        Assert.NotEmpty rule.Why
        Assert.NotNull rule.Example

    let names = Explanation.Rules |> Seq.map (fun r -> r.Name) |> List.ofSeq
    Assert.Equal(names.Length, (List.distinct names).Length)

/// The rules that make derivatives readable must not change them: the derivative as shown, with the sample's values,
/// against central differences in float64.
[<Fact>]
let ``shown derivatives are those of the loss`` () =
    let seed = Random.Shared.Next()
    let source = Random seed

    let draw () =
        Array.init 12 (fun _ -> 4.0 * source.NextDouble() - 2.0)

    let shaped (values: float[]) = Tensor.Of(values).Reshape(3, 4)

    let losses: (string * (Tensor -> Tensor -> Tensor)) list =
        [ "huber", huber
          "huber 2", (fun o y -> Loss.Huber(o, y, 0.7))
          "cross-entropy", (fun o y -> Loss.CrossEntropy(o, y.Softmax()))
          "smoothed", (fun o y -> Loss.CrossEntropy(o, y.Softmax(), 0.1))
          "binary", (fun o y -> Loss.Bce(o.Sigmoid(), y.Sigmoid()))
          "log cosh",
          (fun o y ->
              let r = o - y
              ((r.Exp() + (-r).Exp()) / number 2.0).Log().Mean())
          "choice",
          (fun o y ->
              let c = Tensor.op_LessThan (o, y)
              let a = Tensor.Where(c, number 3.0 * o * y, number 0.0)
              let b = Tensor.Where(c, number 0.0, number -2.0 * o)
              (a + b - Tensor.Where(c, number 5.0, number 3.0 * o)).Sum()) ]

    for name, loss in losses do
        let x, y = draw (), draw ()

        let at (values: float[]) =
            (loss (shaped values) (shaped y)).Item()

        let gradient =
            Differentiation.Gradient((fun x -> loss x (shaped y)), shaped x).ToDoubles()

        for i in 0..11 do
            let step = 1e-6

            let moved d =
                Array.mapi (fun j v -> if i = j then v + d else v) x

            let difference = (at (moved step) - at (moved -step)) / (2.0 * step)

            Assert.True(
                abs (difference - gradient[i]) < 1e-6 * (1.0 + abs difference),
                $"seed {seed}, {name}, element {i}: {gradient[i]} against {difference}"
            )
