// The models that several experiments share; a script takes them in by #load "../scripts/image-models.csx".

// Softmax regression: one score for each class, W ~ N(0, 0.01²), b = 0. Its loss makes the scores into probabilities.
Sequential SoftmaxRegression(Dataset data) =>
    Sequential(Flatten(), Linear(data.Features, data.Classes, Initializer.Normal(0.01)));

// One hidden layer, all parameters N(0, 0.01²).
Sequential Perceptron(Dataset data, int hidden, Layer activation)
{
    var small = Initializer.Normal(0.01);
    return Sequential(Flatten(), Linear(data.Features, hidden, small, small), activation, Linear(hidden, data.Classes, small, small));
}
