using SoftmaxScripting.Host;

using var interruption = Interruption.Listen(Console.Error);
return HostApplication.Run(args, HostConsole.ForTerminal(), interruption, interruption.Token);
