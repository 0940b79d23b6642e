using Esoz.Platform.Configuration;

namespace Esoz.Tests.Platform.Configuration;

/// <summary>Secrets among the settings (docs/security.md).</summary>
public sealed class SettingReaderTests
{
    /// <summary>Every setting that is a secret.</summary>
    public static TheoryData<string> Secrets
    {
        get
        {
            var reader = new SettingReader(new Dictionary<string, string>());
            Settings.Read(reader);
            return [.. reader.Read.Where(setting => setting.IsSecret).Select(setting => setting.Name)];
        }
    }

    [Theory(DisplayName = "In production no secret is taken from --set, which everybody on the machine can read; the message does not repeat it")]
    [MemberData(nameof(Secrets))]
    public void IsNotAssigned(string name)
    {
        var secret = $"Host=none;Password={Guid.NewGuid()}";
        var fault = $"{name} is a secret, and everybody on this machine can read --set in the list of processes: use {name}_FILE or the environment.";

        Assert.Contains(fault, Faults("production", name, name));
        Assert.DoesNotContain(Faults("production", name, name), text => text.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(fault, Faults("production", name, "ESOZ_MODE"));
        Assert.DoesNotContain(fault, Faults("sandbox", name, name));

        IReadOnlyList<string> Faults(string mode, string given, string assigned)
        {
            var values = new Dictionary<string, string> { ["ESOZ_MODE"] = mode, [given] = secret };
            try
            {
                Settings.Read(new SettingReader(values) { Assigned = [assigned] });
                return [];
            }
            catch (SettingsException wrong)
            {
                return wrong.Faults;
            }
        }
    }
}
