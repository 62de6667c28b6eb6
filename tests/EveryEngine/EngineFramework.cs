using System.Reflection;
using Xunit;
using Xunit.v3;

[assembly: TestFramework(typeof(AgentApprovals.EveryEngine.EngineFramework))]

namespace AgentApprovals.EveryEngine;

/// <summary>Where the engine is not there, one test says why, and stands for all that could not run.</summary>
public sealed class EngineFramework : XunitTestFramework
{
    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) => new Discoverer(new XunitTestAssembly(assembly, configFilePath: null, assemblyName: null));

    private sealed class Discoverer(IXunitTestAssembly assembly) : XunitTestFrameworkDiscoverer(assembly)
    {
        protected override Type[] GetExportedTypes() => EngineTests.Missing is null
            ? base.GetExportedTypes()
            : [.. base.GetExportedTypes().Where(t => t.Namespace == typeof(EngineTests).Namespace)];
    }
}
