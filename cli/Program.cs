return await SlurmBanking.Cli.SbankCommand.RunAsync(args, Console.Out, Console.Error);
