namespace SoftmaxScripting.Core

open System.Runtime.InteropServices

/// <summary>
/// How parameters follow their gradients: a pure update of one parameter, traced into the plan of the training step.
/// Numbers that may change between steps (the learning rate) are arguments of the plan.
/// </summary>
[<AbstractClass>]
type Optimizer(learningRate: float) =
    let mutable rate = learningRate

    static let checkedRate (value: float) =
        if not (value > 0.0 && value < infinity) then
            raise (
                SoftmaxException
                    $"The learning rate is {value}; it must be above 0 (a negative one would climb the loss)."
            )

    do checkedRate learningRate

    /// <summary>The step's size; may be changed between steps.</summary>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">It is not above 0.</exception>
    member _.LearningRate
        with get () = rate
        and set value =
            checkedRate value
            rate <- value

    /// <summary>How many tensors in the parameter's shape it keeps for each parameter; they begin as zeros.</summary>
    abstract StateCount: int

    /// <summary>What besides shapes decides the update's formula, such as whether there is momentum.</summary>
    abstract Form: int[]

    /// <summary>The numbers of the update, the learning rate first.</summary>
    abstract Numbers: float[]

    /// <summary>The parameter and the state after one step.</summary>
    abstract Update:
        parameter: Tensor * gradient: Tensor * state: Tensor[] * numbers: Tensor[] ->
            struct (Tensor * Tensor[])

/// <summary>
/// Stochastic gradient descent: g ← ∇L + λp; v ← μv + g; p ← p − η·v, or with Nesterov's momentum p ← p − η(g + μv)
/// (Sutskever et al. 2013, in the form of PyTorch: the velocity begins as the first gradient).
/// </summary>
[<Sealed>]
type Sgd
    (
        learningRate: float,
        [<Optional; DefaultParameterValue(0.0)>] momentum: float,
        [<Optional; DefaultParameterValue(false)>] nesterov: bool,
        [<Optional; DefaultParameterValue(0.0)>] weightDecay: float
    ) =
    inherit Optimizer(learningRate)

    do
        if not (momentum >= 0.0 && momentum < 1.0) then
            raise (
                SoftmaxException
                    $"Sgd: the momentum is {momentum}; it must be at least 0 and below 1."
            )

        if not (weightDecay >= 0.0) then
            raise (
                SoftmaxException $"Sgd: the weight decay is {weightDecay}; it must not be negative."
            )

        if nesterov && momentum = 0.0 then
            raise (SoftmaxException "Sgd: Nesterov's method needs a momentum above 0.")

    /// <summary>μ: the share of the velocity that stays.</summary>
    member _.Momentum = momentum

    override _.StateCount = if momentum > 0.0 then 1 else 0

    override _.Form =
        [| (if momentum > 0.0 then 1 else 0)
           (if nesterov then 1 else 0)
           (if weightDecay > 0.0 then 1 else 0) |]

    override this.Numbers = [| this.LearningRate; momentum; weightDecay |]

    override _.Update(parameter, gradient, state, numbers) =
        let g =
            if weightDecay > 0.0 then
                gradient + numbers[2] * parameter
            else
                gradient

        if momentum > 0.0 then
            let velocity = numbers[1] * state[0] + g
            let direction = if nesterov then g + numbers[1] * velocity else velocity
            struct (parameter - numbers[0] * direction, [| velocity |])
        else
            struct (parameter - numbers[0] * g, [||])
