using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using Esoz.Cli.Commands;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Cli;

/// <summary>
/// Runs a command of the program as <c>Program.cs</c> does, but in the process of the tests: a process of its own needs half a second of
/// processor time to start. <see cref="EsozProcess"/> is for what belongs to a process: signals, working directory, logs, bytes on standard
/// output, a server.
/// </summary>
internal static class EsozProgram
{
    private static readonly Lazy<RootCommand> Root = new(EsozCommand.Create);
    private static readonly AsyncLocal<Streams?> Current = new();

    /// <param name="settings">Variables of its environment; it has no other.</param>
    /// <param name="input">Standard input: a command that reads it has a process of its own, because Playwright resets that of this one.</param>
    public static async Task<(int Exit, string Output, string Errors)> Run(
        IReadOnlyDictionary<string, string> settings, string[] arguments, string input = "")
    {
        if (input.Length > 0 || arguments.Contains("-"))
            return await EsozProcess.Run(settings, arguments, input);
        var streams = new Streams(new(), new());
        Current.Value = streams;
        // The table of commands is shared, and the library reads its arguments before the first await.
        Task<int> run;
        lock (Root)
            run = CommandLine.Run(Root.Value, Esoz.Cli.Commands.Sandbox.Parts?.Spelled(arguments) ?? arguments, settings);
        var exit = await run.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        return (exit, streams.Output.ToString(), streams.Errors.ToString());
    }

    /// <summary>The console leads to the command that is running, or where it led before.</summary>
    [ModuleInitializer]
    internal static void LeadConsole()
    {
        Console.SetOut(new Output(Console.Out, streams => streams.Output));
        Console.SetError(new Output(Console.Error, streams => streams.Errors));
    }

    private sealed record Streams(StringBuilder Output, StringBuilder Errors);

    private sealed class Output(TextWriter outside, Func<Streams, StringBuilder> own) : TextWriter
    {
        public override Encoding Encoding => outside.Encoding;

        public override void Write(char value) => Write([value]);

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(ReadOnlySpan<char> buffer)
        {
            if (Current.Value is not { } streams)
                outside.Write(buffer);
            else
            {
                var text = own(streams);
                lock (text)
                    text.Append(buffer);
            }
        }

        public override void Flush() => outside.Flush();
    }
}
