/// Jacobians in both modes, Hessians with gradients, the operators of vector calculus, derivatives of order n.
module SoftmaxScripting.Core.Tests.JacobianTests

open System
open SoftmaxScripting.Core
open Xunit

let private number (value: float) = Tensor.op_Implicit value
let private double (values: float[]) = Tensor.Of values
let private scalar (value: float) = (double [| value |]).Reshape()
let private derivative (f: Tensor -> Tensor) (x: Tensor) = Differentiation.Gradient(f, x)

let private random seed (shape: int[]) =
    (double (Values.fill seed -1.0 1.0 (Array.fold (*) 1 shape))).Reshape shape

[<Fact>]
let ``forward and reverse mode give the same Jacobian, tall, wide and of any rank`` () =
    let wide = random 1 [| 2; 6 |]
    let tall = random 2 [| 7; 2 |]

    let functions: (string * Tensor * (Tensor -> Tensor)) list =
        [ "wide", random 3 [| 6 |], (fun x -> wide.MatMul(x.Sin()))
          "tall", random 4 [| 2 |], (fun x -> tall.MatMul(x.Exp()))
          "matrix", random 5 [| 2; 3 |], (fun x -> x.Softmax(0).MatMul(x.T))
          "scalar", scalar 0.4, (fun x -> Tensor.Stack [| x.Sin(); x.Exp(); x * x |])
          "number", random 6 [| 4 |], (fun x -> x.LogSumExp())
          "empty", random 7 [| 0 |], (fun x -> x * x)
          "constant", random 8 [| 3 |], (fun x -> x.Floor()) ]

    for name, x, f in functions do
        let reverse = Differentiation.Jacobian(f, x)
        let forward = Differentiation.JacobianForward(f, x)
        let y = f x
        let shape = Shape.Of(Array.append (y.Shape.ToArray()) (x.Shape.ToArray()))
        Assert.Equal(shape, reverse.Shape)
        Assert.Equal(shape, forward.Shape)
        Near.tensor $"{name}: forward" 1e-14 1e-12 (reverse.ToDoubles()) forward

        // Column by column against differences.
        let at = x.ToDoubles()

        let rows =
            Array.init y.Size (fun i ->
                Graph.differences
                    (fun v -> ((f ((double v).Reshape(x.Shape.ToArray()))).ToDoubles())[i])
                    at)

        Near.tensor $"{name}: differences" 1e-8 1e-7 (Array.concat rows) reverse

        let struct (value, jacobian) = Differentiation.ValueAndJacobian(f, x)
        Near.tensor $"{name}: value" 1e-14 1e-13 (y.ToDoubles()) value
        Near.tensor $"{name}: with value" 0.0 0.0 (reverse.ToDoubles()) jacobian

[<Fact>]
let ``a Jacobian that is worked out in parts is whole`` () =
    let n = 2100 // n · 2n numbers are more than one part holds.
    let x = random 1 [| n |]
    let jacobian = Differentiation.Jacobian((fun x -> x * x), x)
    let at, values = x.ToDoubles(), jacobian.ToDoubles()

    for i in 0..97 .. n - 1 do
        for j in 0..89 .. n - 1 do
            Assert.Equal((if i = j then 2.0 * at[i] else 0.0), values[i * n + j])

    for i in 0 .. n - 1 do
        Assert.Equal(2.0 * at[i], values[i * n + i])

[<Fact>]
let ``Jacobians nest in each other and in gradients`` () =
    // f(x) = x³ elementwise: ∂²fᵢ/∂xⱼ∂xₖ = 6xᵢ at i = j = k.
    let x = double [| 0.5; -2.0 |]
    let cube (x: Tensor) = x * x * x

    for outer in [ false; true ] do
        for inner in [ false; true ] do
            let jacobian isForward (f: Tensor -> Tensor) x =
                if isForward then
                    Differentiation.JacobianForward(f, x)
                else
                    Differentiation.Jacobian(f, x)

            let second = jacobian outer (jacobian inner cube) x
            Assert.Equal(Shape.Of(2, 2, 2), second.Shape)

            Near.tensor
                $"{outer} {inner}"
                0.0
                1e-14
                [| 3.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; -12.0 |]
                second

    // d/dx Σᵢⱼ (∂fᵢ/∂xⱼ)² = d/dx Σ 9x⁴ = 36x³.
    let gradient =
        derivative
            (fun x ->
                let j = Differentiation.Jacobian(cube, x)
                (j * j).Sum())
            x

    Near.tensor "gradient of a Jacobian" 0.0 1e-13 [| 4.5; -288.0 |] gradient

    // The inner function's other variable is not taken for its argument: ∂/∂y (x·y) = diag x, whose sum has gradient 1.
    let confused =
        derivative (fun x -> Differentiation.Jacobian((fun y -> x * y), x).Sum()) x

    Near.tensor "two variables" 0.0 0.0 [| 1.0; 1.0 |] confused

[<Fact>]
let ``the gradient and the Hessian of log-sum-exp are p and diag p − p pᵀ`` () =
    let x = random 3 [| 4 |]
    let p = x.Softmax().ToDoubles()
    let struct (g, h) = Differentiation.GradientAndHessian((fun x -> x.LogSumExp()), x)
    Near.tensor "gradient" 1e-15 1e-13 p g

    let expected =
        [| for i in 0..3 do
               for j in 0..3 do
                   (if i = j then p[i] else 0.0) - p[i] * p[j] |]

    Near.tensor "Hessian" 1e-15 1e-12 expected h

    Assert.Throws<ShapeException>(fun () ->
        Differentiation.GradientAndHessian((fun x -> x * x), x) |> ignore)
    |> ignore

[<Fact>]
let ``Laplacian, divergence and curl have their closed forms`` () =
    let x = double [| 0.3; -0.7; 1.1 |]
    let at = x.ToDoubles()
    let a, b, c = at[0], at[1], at[2]

    // Δ exp(2a + b)·c² = 5 exp(2a + b)c² + 2 exp(2a + b).
    let f (x: Tensor) =
        (number 2.0 * x[0] + x[1]).Exp() * x[2] * x[2]

    let e = exp (2.0 * a + b)

    Near.number
        "Laplacian"
        1e-13
        1e-13
        (5.0 * e * c * c + 2.0 * e)
        (VectorCalculus.Laplacian(f, x).Item())

    // 1/|x| is harmonic in three dimensions.
    Near.number
        "harmonic"
        1e-12
        0.0
        0.0
        (VectorCalculus.Laplacian((fun x -> number 1.0 / x.Norm()), x).Item())

    let field (x: Tensor) =
        Tensor.Stack [| x[0] * x[1]; x[1].Sin() * x[2]; x[0] * x[0] * x[2] |]

    Near.number
        "divergence"
        1e-13
        1e-13
        (b + cos b * c + a * a)
        (VectorCalculus.Divergence(field, x).Item())

    Near.tensor "curl" 1e-13 1e-13 [| -(sin b); -2.0 * a * c; -a |] (VectorCalculus.Curl(field, x))

    // The curl of a gradient and the divergence of a curl vanish.
    Near.tensor
        "curl of a gradient"
        1e-12
        0.0
        [| 0.0; 0.0; 0.0 |]
        (VectorCalculus.Curl(derivative f, x))

    let curl x = VectorCalculus.Curl(field, x)
    Near.number "divergence of a curl" 1e-12 0.0 0.0 (VectorCalculus.Divergence(curl, x).Item())

    // div grad is the Laplacian.
    Near.number
        "divergence of a gradient"
        1e-13
        1e-13
        (5.0 * e * c * c + 2.0 * e)
        (VectorCalculus.Divergence(derivative f, x).Item())

    // ∇ of |x|⁴'s Laplacian: Δ|x|⁴ = 20|x|², so 40x.
    let laplacian x =
        VectorCalculus.Laplacian((fun x -> ((x * x).Sum() * (x * x).Sum())), x)

    Near.tensor
        "gradient of a Laplacian"
        1e-12
        1e-12
        (at |> Array.map (fun v -> 40.0 * v))
        (derivative laplacian x)

[<Fact>]
let ``derivatives of order n have their closed forms`` () =
    for n in 0..6 do
        let value =
            VectorCalculus.NthDerivative((fun x -> (number 2.0 * x).Exp()), n, scalar 0.3)

        Near.number $"exp 2x, {n}" 0.0 1e-12 (pown 2.0 n * exp 0.6) (value.Item())
        let value = VectorCalculus.NthDerivative((fun x -> x.Sin()), n, scalar 0.3)
        let phase = 0.3 + float n * Math.PI / 2.0
        Near.number $"sin, {n}" 1e-14 1e-12 (sin phase) (value.Item())

    // Within a gradient: d/dx x·f''(x) for f = x⁴ is d/dx 12x³ = 36x².
    let nested =
        derivative
            (fun x -> x * VectorCalculus.NthDerivative((fun y -> y.Pow(number 4.0)), 2, x))
            (scalar 0.5)

    Near.number "nested" 0.0 1e-13 9.0 (nested.Item())

[<Fact>]
let ``what has no such derivative is refused with its shapes`` () =
    let three = double [| 1.0; 2.0; 3.0 |]

    let refused (wanted: string) (f: unit -> Tensor) =
        let error = Assert.Throws<ShapeException>(fun () -> f () |> ignore)
        Assert.Contains(wanted, error.Message)

    refused "[3]" (fun () -> VectorCalculus.Laplacian((fun x -> x * x), three))
    refused "shape []" (fun () -> VectorCalculus.Divergence((fun x -> x.Sum()), three))
    refused "[2]" (fun () -> VectorCalculus.Curl((fun x -> x), double [| 1.0; 2.0 |]))
    refused "shape []" (fun () -> VectorCalculus.Curl((fun x -> x.Sum()), three))
    refused "[3]" (fun () -> VectorCalculus.NthDerivative((fun x -> x.Sum()), 1, three))

    refused "[2]" (fun () ->
        VectorCalculus.NthDerivative((fun x -> Tensor.Stack [| x; x |]), 1, scalar 1.0))

    let negative =
        Assert.Throws<SoftmaxException>(fun () ->
            VectorCalculus.NthDerivative((fun x -> x), -1, scalar 1.0) |> ignore)

    Assert.Contains("-1", negative.Message)

    Assert.Throws<SoftmaxException>(fun () ->
        Differentiation.Jacobian((fun _ -> null), three) |> ignore)
    |> ignore
