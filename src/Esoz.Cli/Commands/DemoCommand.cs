using Esoz.Platform.Configuration;
using Esoz.Platform.Http;
using Esoz.Sandbox.Demo;

namespace Esoz.Cli.Commands;

/// <summary><c>demo curls</c>: requests to the demo registry, with the credentials of the last start; sandbox only.</summary>
public static class DemoCommand
{
    public static Command Create() => new("demo", "The demo registry of a sandbox.") { Curls() };

    private static Command Curls()
    {
        var method = new Argument<string?>("METHOD")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Method API ID, title or operationId, such as API-005-007-004-0127 or deactivateEmployeeRole; default: all methods.",
        };
        return new Command("curls",
            "Prints one curl per example of a method, with the credentials of the last start of the sandbox.")
        { method, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var settings = CommandLine.Settings(parsed);
            if (settings.Mode == Mode.Production)
                throw new CommandException("demo works in sandbox mode only: production has no demo registry (ESOZ_MODE=production).");
            var curls = await new DemoFiles(settings.DataDirectory).ReadCurls(ct)
                ?? throw new CommandException($"No demo registry was started in {settings.DataDirectory}; start one with: esoz serve");
            IReadOnlyList<DemoCurl> chosen = parsed.GetValue(method) is { } name ? Of(curls, name) : curls;
            await CommandLine.Print(parsed, chosen, DemoCurl.Text);
        });
    }

    private static List<DemoCurl> Of(IReadOnlyList<DemoCurl> curls, string name)
    {
        var card = Methods.All.FirstOrDefault(card => NamesOf(card).Contains(name, StringComparer.OrdinalIgnoreCase));
        var chosen = curls.Where(curl => curl.Method == card?.Id).ToList();
        return chosen.Count > 0 ? chosen : throw new UsageException(
            $"There is no method '{name}'; did you mean {Nearest.To(name, Methods.All.SelectMany(NamesOf))}?");
    }

    private static string[] NamesOf(MethodCard card) => [card.Id, card.OperationId, card.Title];
}
