using System.Globalization;

namespace Esoz.Bench;

/// <summary>Amount of load: concurrent connections, seconds per round, and rounds of program and floor in turn.</summary>
/// <param name="Peers">Whether what a team would build instead is measured too, where there is such a program.</param>
public sealed record Load(int Connections = 32, int Seconds = 5, int Rounds = 5, bool Peers = false)
{
    public static bool TryParse(IReadOnlyList<string> arguments, out Load load)
    {
        load = new Load();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (arguments[i] == "--peers")
            {
                load = load with { Peers = true };
                i--;
                continue;
            }
            if (i + 1 == arguments.Count || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                || value is < 1 or > 1000)
                return false;
            switch (arguments[i])
            {
                case "--connections": load = load with { Connections = value }; break;
                case "--seconds": load = load with { Seconds = value }; break;
                case "--rounds": load = load with { Rounds = value }; break;
                default: return false;
            }
        }
        return true;
    }
}
