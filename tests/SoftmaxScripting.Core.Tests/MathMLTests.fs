module SoftmaxScripting.Core.Tests.MathMLTests

open System
open System.Xml.Linq
open Xunit
open SoftmaxScripting.Core

let private number (value: float) : Tensor = Tensor.op_Implicit value

let private explain (f: Tensor -> Tensor -> Tensor) =
    Explanation.Of(
        Func<Tensor, Tensor, Tensor>(fun o y -> f o y),
        [| "o"; "y" |],
        [||],
        TargetKind.Automatic
    )

let private losses: (string * (Tensor -> Tensor -> Tensor)) list =
    [ "cross-entropy", (fun o y -> Loss.CrossEntropy(o, y))
      "textbook", (fun o y -> -((o.Exp() / o.Exp().Sum(-1, true)).Log().Pick(y)).Mean())
      "binary", (fun o y -> (-(y * o.Log() + (number 1.0 - y) * (number 1.0 - o).Log())).Mean())
      "absolute", (fun o y -> ((o - y).Abs() / number 1e-9 + (o * y).Sqrt()).Sum())
      "powers",
      (fun o y -> (Tensor.Where(Tensor.op_LessThan (o, y), o * o * o, (o - y).Tanh())).Mean()) ]

let private parse (explanation: Explanation) = XElement.Parse explanation.MathML

/// How many children the elements must have that take a fixed number.
let private arity = Map.ofList [ "mfrac", 2; "msup", 2; "msub", 2; "mtr", 3 ]

[<Fact>]
let ``every element is one of MathML Core and has the children it needs`` () =
    let known =
        set
            [ "math"
              "mrow"
              "mi"
              "mn"
              "mo"
              "mtext"
              "mfrac"
              "msqrt"
              "msup"
              "msub"
              "mtable"
              "mtr"
              "mtd" ]

    for name, loss in losses do
        for element in (parse (explain loss)).DescendantsAndSelf() do
            let tag = element.Name.LocalName
            Assert.True(known.Contains tag, $"{name}: {tag}")

            match arity.TryFind tag with
            | Some 3 -> Assert.True(Seq.length (element.Elements()) >= 2)
            | Some count ->
                Assert.True(Seq.length (element.Elements()) = count, $"{name}: {element}")
            | None -> ()

[<Fact>]
let ``a row for the formula, its stable form, each derivative and each name`` () =
    let explanation = explain (snd losses[1])
    let rows = (parse explanation).Elements().Elements() |> Seq.length
    Assert.Equal(2 + explanation.Derivatives.Count, rows)
    Assert.Contains("stable form", explanation.MathML)
    Assert.Contains("∂", explanation.MathML)

[<Fact>]
let ``quotients become fractions and numbers after a name subscripts`` () =
    let f = Func<Tensor, Tensor>(fun x -> ((x + number 1.0) / x.Exp()).Sum())
    let math = Explanation.Of(f, [| "x1" |]).MathML

    Assert.Contains(
        "<mfrac><mrow><mrow><msub><mi>x</mi><mn>1</mn></msub><mo>+</mo><mn>1</mn></mrow></mrow>",
        math
    )

[<Fact>]
let ``brackets stand where the text has them`` () =
    let f = Func<Tensor, Tensor>(fun x -> ((x + number 1.0) * (x - number 2.0)).Sum())
    let explanation = Explanation.Of(f, [| "x" |])

    let count (c: char) (text: string) =
        text |> Seq.filter ((=) c) |> Seq.length

    let math = (parse explanation).Elements().Elements() |> Seq.head
    let right = (math.Elements() |> Seq.last).Value
    Assert.Equal(count '(' explanation.Formula, count '(' right)
