/// Derivatives of one's own, and recomputation.
module SoftmaxScripting.Core.Tests.CustomGradientTests

open System
open SoftmaxScripting.Core
open Xunit

let private number (value: float) = Tensor.op_Implicit value
let private double (values: float[]) = Tensor.Of values
let private scalar (value: float) = (double [| value |]).Reshape()
let private derivative (f: Tensor -> Tensor) (x: Tensor) = Differentiation.Gradient(f, x)

/// A function of one argument with the rule (x, y, cotangent) → gradient.
let private custom f (rule: Tensor -> Tensor -> Tensor -> Tensor) (x: Tensor) =
    CustomDerivative.Apply((fun a -> f a[0]), (fun a y g -> [| rule a[0] y g |]), [| x |])

let private checkpoint (f: Tensor -> Tensor) (x: Tensor) =
    CustomDerivative.Checkpoint((fun a -> f a[0]), [| x |])

let rec private nth order (f: Tensor -> Tensor) : Tensor -> Tensor =
    if order = 0 then f else nth (order - 1) (derivative f)

[<Fact>]
let ``the derivative is the rule's, and the value the function's`` () =
    let x = double [| 0.5; -1.0; 2.0 |]
    // Rounding with the derivative of the identity: the straight-through estimator.
    let rounded = custom (fun x -> x.Floor()) (fun _ _ g -> g)
    Near.tensor "value" 0.0 0.0 [| 0.0; -1.0; 2.0 |] (rounded x)

    Near.tensor
        "gradient"
        0.0
        0.0
        [| 0.0; -2.0; 4.0 |]
        (derivative (fun x -> (rounded x * rounded x).Sum()) x)

    // The same function with other rules: structure tells their plans apart.
    for scale in [ 2.0; 3.0; 2.0 ] do
        let f = custom (fun x -> x.Exp()) (fun _ y g -> number scale * g * y)

        Near.tensor
            $"{scale}"
            0.0
            1e-14
            (x.ToDoubles() |> Array.map (fun v -> scale * exp v))
            (derivative (fun x -> (f x).Sum()) x)

    // A rule that reads a tensor from outside takes its value of this call.
    for weight in [ 5.0; 7.0 ] do
        let w = scalar weight
        let f = custom (fun x -> x.Sin()) (fun _ _ g -> w * g)

        Near.tensor
            $"weight {weight}"
            0.0
            0.0
            [| weight; weight; weight |]
            (derivative (fun x -> (f x).Sum()) x)

[<Fact>]
let ``a rule that is right agrees with the formula to fourth order, in every mode`` () =
    let own = custom (fun x -> x.Exp()) (fun _ y g -> g * y)
    let recursive' = custom (fun x -> x.Exp()) (fun x _ g -> g * own x)
    let x = scalar 0.7

    for name, f in [ "own", own; "rule within a rule", recursive' ] do
        for order in 0..4 do
            Near.number $"{name} {order}" 0.0 1e-13 (exp 0.7) ((nth order f x).Item())

            // f(f(x)): rules whose cotangents hold instances of themselves.
            let expected = (nth order (fun x -> x.Exp().Exp()) x).Item()
            Near.number $"{name} twice {order}" 0.0 1e-12 expected ((nth order (f >> f) x).Item())

        let squared (f: Tensor -> Tensor) x = f x * f x

        for order in 1..4 do
            let expected = pown 2.0 order * exp 1.4

            Near.number
                $"{name} squared {order}"
                0.0
                1e-12
                expected
                ((nth order (squared f) x).Item())

    let v = double [| 0.1; 0.2; -0.4 |]

    let struct (value, tangent) =
        Differentiation.Jvp(own, v, double [| 1.0; 2.0; 3.0 |])

    let at = v.ToDoubles()
    Near.tensor "value" 0.0 1e-14 (at |> Array.map exp) value
    Near.tensor "tangent" 0.0 1e-13 [| exp at[0]; 2.0 * exp at[1]; 3.0 * exp at[2] |] tangent

    let both (f: Tensor -> Tensor) =
        (Differentiation.JacobianForward(f, v)).ToDoubles()

    Near.arrays "Jacobian" 1e-15 1e-13 (both (fun x -> x.Exp())) (both own)

[<Fact>]
let ``rules use their cotangent, of any shape, and several arguments`` () =
    let a, b = double [| 1.0; 2.0 |], double [| 3.0; 4.0 |]

    let product (a: Tensor) (b: Tensor) =
        CustomDerivative.Apply(
            (fun a -> a[0] * a[1]),
            (fun a _ g -> [| g * a[1]; g * a[0] |]),
            [| a; b |]
        )

    let struct (_, g) =
        Differentiation.ValueAndGrad((fun x -> ((product (x[0]) (x[1])) * x[0]).Sum()), [| a; b |])

    // a²b: 2ab and a².
    Near.tensor "a" 0.0 0.0 [| 6.0; 16.0 |] g[0]
    Near.tensor "b" 0.0 0.0 [| 1.0; 4.0 |] g[1]

    // Gradient clipping, a rule that is not linear.
    let clipped = custom id (fun _ _ g -> g.Clamp(number -1.0, number 1.0))

    Near.tensor
        "clipped"
        0.0
        0.0
        [| 1.0; -1.0 |]
        (derivative (fun x -> (double [| 50.0; -7.0 |] * clipped x).Sum()) a)

    // Labels have no gradient, and none is asked for.
    let picked =
        derivative
            (fun z ->
                CustomDerivative.Apply(
                    (fun a -> a[0].Pick a[1]),
                    (fun a _ g -> [| g * number 9.0 * Tensor.OneHot(a[1], 2).ToDouble(); null |]),
                    [| z; Tensor.Of(1).Reshape() |]
                ))
            a

    Near.tensor "labels" 0.0 0.0 [| 0.0; 9.0 |] picked

[<Fact>]
let ``outside a transformation the function is simply called`` () =
    let called = ref false

    let f =
        custom (fun x -> x * x) (fun _ _ g ->
            called.Value <- true
            g)

    Assert.Equal(9.0, (f (scalar 3.0)).Item())
    Assert.False called.Value
    Assert.Equal(9.0, (checkpoint (fun x -> x * x) (scalar 3.0)).Item())

[<Fact>]
let ``a rule that does not fit is refused with its shapes`` () =
    let x = double [| 1.0; 2.0 |]

    let refused (wanted: string) (rule: Tensor[] -> Tensor -> Tensor -> Tensor[]) =
        let error =
            Assert.ThrowsAny<SoftmaxException>(fun () ->
                derivative
                    (fun x -> CustomDerivative.Apply((fun a -> a[0] * a[0]), rule, [| x |]).Sum())
                    x
                |> ignore)

        Assert.Contains(wanted, error.Message)

    refused "shape []" (fun _ _ g -> [| g.Sum() |])
    refused "2 gradients for 1" (fun _ _ g -> [| g; g |])
    refused "null" (fun _ _ _ -> [| null |])
    refused "0 gradients" (fun _ _ _ -> null)

[<Fact>]
let ``checkpoints change no value and no derivative, of any order`` () =
    let f (x: Tensor) = (x.Sin() * x).Exp()

    for order in 0..4 do
        let expected = (nth order f (scalar 0.4)).Item()

        Near.number
            $"order {order}"
            1e-13
            1e-12
            expected
            ((nth order (checkpoint f) (scalar 0.4)).Item())

        Near.number
            $"nested, order {order}"
            1e-13
            1e-12
            expected
            ((nth
                order
                (checkpoint (fun x -> (checkpoint (fun x -> x.Sin() * x) x).Exp()))
                (scalar 0.4))
                .Item())

    let x = double [| 0.3; -0.6 |]
    let expected = Differentiation.JacobianForward(f, x).ToDoubles()
    Near.tensor "forward" 1e-14 1e-13 expected (Differentiation.JacobianForward(checkpoint f, x))

[<Fact>]
let ``checkpoints see tensors that they capture, and draw random numbers once`` () =
    let x = double [| 0.3; -0.6; 0.2 |]
    let w = double [| 1.5; 0.5; -2.0 |]

    let gradients (through: (Tensor -> Tensor) -> Tensor -> Tensor) =
        RandomSource.Reset 3UL

        let struct (_, g) =
            Differentiation.ValueAndGrad(
                (fun a ->
                    let h = a[1].Exp()

                    (through (fun x -> (x * h).Sin() * a[1] * Tensor.Uniform(3).ToDouble()) a[0])
                        .Sum()),
                [| x; w |]
            )

        g

    let plain = gradients (fun f x -> f x)
    let again = gradients checkpoint

    for i in 0..1 do
        Near.tensor $"argument {i}" 1e-14 1e-12 (plain[i].ToDoubles()) again[i]

[<Fact>]
let ``a chain of checkpoints needs less memory at once`` () =
    // Eight layers, each of several nodes that its derivative needs.
    let width = 4096

    let layer (x: Tensor) =
        let a = x.Sin() + x.Sum()
        let b = a.Tanh() * a.Sum()
        b.Sigmoid() + b.Sum() * number 1e-3

    let memory (through: (Tensor -> Tensor) -> Tensor -> Tensor) =
        Trace.Run(fun () ->
            let x = Expr.variable "x" (Graph.random 1 DType.Float64 [ width ] -1.0 1.0)
            let y = (Seq.fold (fun v _ -> through layer v) (Tensor x) [ 1..8 ]).Sum()
            let roots = Evaluator.rewrite ignore [| y.Expr |]
            let gradient = Gradient.derive roots[0] [| x |] |> Evaluator.rewrite ignore

            let leaves =
                Expr.topological gradient
                |> Seq.filter (fun e -> e.Op.IsVariable)
                |> Seq.toArray

            let plan = Plan(Scheduling.plan gradient leaves, [| x.Shape |])
            plan.ArenaBytes)

    let plain, less = memory (fun f x -> f x), memory checkpoint
    Assert.True(less < plain * 3 / 4, $"{less} bytes with checkpoints, {plain} without")
